import { execFile } from 'node:child_process';
import { existsSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ON_A_PROCESS, spawned } from '../harness/cli/testing/spawned.js';
import { RunnerProject } from './support/runner-project.js';

const MODULES = fileURLToPath(new URL('../node_modules', import.meta.url));
const RUNNERS = ['vitest', 'jest', 'node:test'];

let project: RunnerProject;
beforeEach(() => {
  project = new RunnerProject();
  rmSync(join(project.folder, 'vitest.config.ts'));
  for (const name of ['vitest', 'jest', '@jest', 'tsx'])
    symlinkSync(join(MODULES, name), join(project.folder, 'node_modules', name));
});
afterEach(() => project.remove());

/** Runs a script of the project, as its owner would. */
async function script(name: string): Promise<{ readonly code: number; readonly text: string }> {
  const { NODE_OPTIONS: _, FORCE_COLOR: __, ...inherited } = process.env;
  const path = `${join(MODULES, '.bin')}:${inherited['PATH']}`;
  const env = { ...inherited, ...ON_A_PROCESS, NO_COLOR: '1', PATH: path, VITEST: '' };
  const ran = promisify(execFile)('npm', ['run', name], { cwd: project.folder, env });
  return await ran.then(
    ({ stdout, stderr }) => ({ code: 0, text: stdout + stderr }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
      code,
      text: stdout + stderr,
    }),
  );
}

describe.each(RUNNERS)('what init puts into a project with %s should run', (runner) => {
  test.each<[string, { type?: string; devDependencies?: object }]>([
    ['ES modules', { type: 'module' }],
    ['CommonJS', {}],
    ['TypeScript', { type: 'module', devDependencies: { typescript: '*' } }],
    ['TypeScript and CommonJS', { devDependencies: { typescript: '*' } }],
  ])('%s', async (_kind, manifest) => {
    // Vitest would find that of this project.
    if (runner === 'vitest') project.write('vitest.config.mjs', 'export default {};\n');
    const uses = { ...manifest.devDependencies, ...(runner === 'node:test' ? {} : { [runner]: '*' }) };
    project.write('package.json', JSON.stringify({ name: 'shop', ...manifest, devDependencies: uses }));
    const put = await spawned(['init'], { cwd: project.folder, env: ON_A_PROCESS });
    expect(put, put.err).toMatchObject({ code: 0 });
    expect(existsSync(join(project.folder, 'race'))).toBe(true);
    const { code, text } = await script('race:test');
    expect(text).toMatch(/(?:\b1 passed|# pass 1|ℹ pass 1)/);
    expect(code, text).toBe(0);
  });
});
