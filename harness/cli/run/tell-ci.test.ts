import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useCommandLine } from '../testing/command-line.js';

const command = useCommandLine();
const { cli } = command;

const verdicts = { incr: { kind: 'error', message: 'the server is gone' } } as const;

test('GitHub Actions gets what is not as expected, and the summary behind what is there', async () => {
  const summary = join(command.folder, 'summary');
  await writeFile(summary, 'before\n');
  const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary };
  const { err, out } = await cli('run 01', { env, verdicts });
  expect(err.match(/^::.*$/gm)).toEqual(['::warning title=01-counting/incr::the server is gone']);
  expect(out).not.toContain('::warning');
  expect(await readFile(summary, 'utf8')).toMatch(/^before\n# Race Lab: Unknown\n[^]*01-counting\/incr/);
});

test('a summary that cannot be written is said, and changes nothing', async () => {
  const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: join(command.folder, 'not', 'there') };
  const { code, err } = await cli('run 02', { env });
  expect(code).toBe(0);
  expect(err).toContain('the summary of the job could not be written: ENOENT');
});

test('nobody else gets anything', async () => {
  const { err } = await cli('run 01', { env: { CI: 'true' }, verdicts });
  expect(err).not.toContain('::');
});
