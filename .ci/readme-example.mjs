// The README's example as a new user runs it: packs this project, installs it into an empty one, runs the test that the
// README shows, and compares what it prints with what the README says it prints.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const blocks = [...readme.matchAll(/^```(\w*)\n(.*?)^```/gms)].map(([, language, text]) => ({
  language,
  text,
}));
const example = blocks.find(({ text }) => text.includes("import 'redis-race-lab/vitest'"));
const printed = blocks.find(({ text }) => text.startsWith('Error: expected "page views" to hold'));
if (example === undefined || printed === undefined) throw new Error('README.md has lost its example');

const project = mkdtempSync(join(tmpdir(), 'race-lab-readme-'));
try {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  execFileSync('npm', ['pack', '--silent', '--pack-destination', project], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  writeFileSync(
    join(project, 'package.json'),
    JSON.stringify({ name: 'example', private: true, type: 'module' }),
  );
  cpSync(join(root, '.npmrc'), join(project, '.npmrc'));
  execFileSync('npm', ['i', '-D', '--silent', `./redis-race-lab-${version}.tgz`, 'vitest@4'], {
    cwd: project,
    stdio: 'inherit',
  });
  writeFileSync(join(project, 'views.test.ts'), example.text);
  const { status, stdout, stderr } = spawnSync('npx', ['vitest', 'run'], {
    cwd: project,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', RACE_LAB_REDIS: 'process', COLUMNS: '100' },
  });
  const output = `${stdout}${stderr}`;
  // Versions and where Redis came from differ between machines.
  const stable = printed.text
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^ {2}(with|shrunk) |^ {13}offered/.test(line));
  const missing = stable.filter((line) => !output.includes(line.trim()));
  if (status !== 1 || missing.length > 0) {
    console.error(output);
    throw new Error(`the README's example exits ${status} and does not print:\n${missing.join('\n')}`);
  }
  console.log('the README example prints what the README says');
} finally {
  rmSync(project, { recursive: true, force: true });
}
