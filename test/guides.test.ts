/** The examples of the guides are run as they stand, and print what they say. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compiledUrl } from '../harness/server/testing/compiled.js';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const LIBRARY = compiledUrl('harness/index.ts');

/** Inside of the project, so that its dependencies are found. */
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(ROOT, 'test', '.guides-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each(['scenarios', 'faults'])('docs/%s.md', async (name) => {
  const page = readFileSync(join(ROOT, 'docs', `${name}.md`), 'utf8');
  const [, code] = /```ts\n(.*?)^```/ms.exec(page)!;
  const [, said] = /\/\/ (.*)\n$/.exec(code!)!;
  const file = join(folder, `${name}.ts`);
  writeFileSync(file, code!.replace("'redis-race-lab'", JSON.stringify(LIBRARY)));
  const { stdout } = await run(process.execPath, ['--import', 'tsx', file], { cwd: folder });
  expect(stdout.trimEnd()).toBe(said);
});
