// For the scripts beside this one: this project as somebody else installs it.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'race-lab-packed-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** The package as npm packs it. */
export function packed() {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const stdio = ['ignore', 'ignore', 'inherit'];
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: root, stdio });
  return join(folder, `redis-race-lab-${version}.tgz`);
}

/** An empty folder of its own; gone at the end. */
export function emptyFolder(name) {
  const path = mkdtempSync(join(folder, `${name}-`));
  // Where packages come from, as for this project.
  cpSync(join(root, '.npmrc'), join(path, '.npmrc'));
  return path;
}

/** Runs a command there, and throws with what it printed unless it ends with the exit code that is expected. */
export function runs(cwd, command, { code = 0, prints = [] } = {}) {
  const [file, ...args] = command;
  const env = { ...process.env, NO_COLOR: '1', RACE_LAB_REDIS: 'process', COLUMNS: '100' };
  const { status, stdout, stderr } = spawnSync(file, args, { cwd, encoding: 'utf8', env });
  const output = `${stdout}${stderr}`;
  // Where a line is broken depends on the width.
  const said = output.replaceAll(/\s+/g, ' ');
  const missing = prints.filter((text) => !said.includes(text));
  if (status === code && missing.length === 0) return output;
  console.error(output);
  throw new Error(
    `"${command.join(' ')}" ends with ${status} instead of ${code}, or does not print:\n${missing.join('\n')}`,
  );
}
