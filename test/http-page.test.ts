import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HTTP_FAULT_KINDS } from '../harness/faults/http-kinds.js';
import { compiledUrl } from '../harness/server/testing/compiled.js';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const LIBRARY = compiledUrl('harness/index.ts');
const PAGE = readFileSync(join(ROOT, 'docs', 'http.md'), 'utf8');

/** Inside of the project, so that its dependencies are found. */
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(ROOT, 'test', '.http-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('the example of the page is run as it stands there, and prints what the page says', async () => {
  const [, code] = /```ts\n(.*?)^```/ms.exec(PAGE)!;
  const [, said] = /It prints\n\n```\n(.*?)\n```/s.exec(PAGE)!;
  const file = join(folder, 'orders.ts');
  writeFileSync(file, code!.replace("'redis-race-lab'", JSON.stringify(LIBRARY)));
  const { stdout } = await run(process.execPath, ['--import', 'tsx', file], { cwd: folder });
  const lines = stdout.split('\n').map((line) => line.trimEnd());
  expect(lines.join('\n').trimEnd()).toBe(said);
});

test('the page names every fault that strikes at HTTP, and no others', () => {
  const rows = Array.from(PAGE.matchAll(/^\| `([a-z-]+)` +\| .*? \| .*? \|$/gm), ([, kind]) => kind);
  expect(rows).toEqual(HTTP_FAULT_KINDS);
});
