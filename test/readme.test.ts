import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const LIBRARY = new URL('../harness/index.ts', import.meta.url).href;

/** Inside of the project, so that its dependencies are found. */
let folder: string;
let blocks: { readonly language: string; readonly code: string }[];
beforeAll(async () => {
  folder = await mkdtemp(join(ROOT, 'test', '.readme-'));
  const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
  blocks = [...readme.matchAll(/^```(\w+)\n(.*?)^```/gms)].map(([, language, code]) => ({
    language: language!,
    code: code!,
  }));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs an example as it stands, with this checkout for the package. */
async function runExample(mentions: string): Promise<string> {
  const block = blocks.find(({ language, code }) => language === 'ts' && code.includes(mentions));
  const file = join(folder, 'example.ts');
  await writeFile(file, block!.code.replace("'redis-race-lab'", JSON.stringify(LIBRARY)));
  const { stdout } = await run(process.execPath, ['--import', 'tsx', file], { cwd: folder });
  return stdout.trim();
}

// Some hundreds of executions, most of them to shrink.
test('the example with fast-check does what it says', { timeout: 600_000 }, async () => {
  expect(await runExample("from 'fast-check'")).toBe('race([[1],[1]], tape("0.1"))');
});

test('the example with node-redis does what it says', async () => {
  expect(await runExample('@redis/client')).toBe('breaks no lost update');
});

// Some dozens of executions, each of which starts two programs.
test('the example in Python does what it says', { timeout: 600_000 }, async ({ skip }) => {
  await run('python3', ['-c', 'import redis']).catch(() =>
    skip('python3 has no module redis (pip install redis)'),
  );
  await writeFile(join(folder, 'views.py'), blocks.find(({ language }) => language === 'python')!.code);
  expect(await runExample('views.py')).toBe('breaks no lost update');
});
