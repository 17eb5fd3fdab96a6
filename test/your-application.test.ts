import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compiledUrl } from '../harness/server/testing/compiled.js';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const LIBRARY = compiledUrl('harness/index.ts');
const PAGE = readFileSync(join(ROOT, 'docs', 'your-application.md'), 'utf8');
/** A file of the example, with its name above it. */
const FILE = /^`([\w/]+\.ts)`\n\n```ts\n(.*?)^```/gms;

/** Inside of the project, so that its dependencies are found. */
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(ROOT, 'test', '.application-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function runs(file: string): Promise<string> {
  // Nobody listens at the address that the application has: whatever goes there would be seen.
  const env = { ...process.env, REDIS_URL: 'redis://127.0.0.1:1' };
  const { stdout } = await run(process.execPath, ['--import', 'tsx', join(folder, file)], {
    cwd: folder,
    env,
  });
  return stdout.trim();
}

function write(file: string, code: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), code.replace("'redis-race-lab'", JSON.stringify(LIBRARY)));
}

test('the application of the page is tried as it stands there, and does what the page says', async () => {
  const files = [...PAGE.matchAll(FILE)].map(([, name, code]) => [name!, code!] as const);
  expect(files.map(([name]) => name)).toEqual([
    'src/redis.ts',
    'src/stock.ts',
    'src/router.ts',
    'race/stock.ts',
  ]);
  for (const [name, code] of files) write(name, code);
  const said = /It prints\n\n```\n(.*?)\n```/s.exec(PAGE)![1];
  const lines = (await runs('race/stock.ts')).split('\n').map((line) => line.trimEnd());
  expect(lines.join('\n')).toBe(said);
});

test('so is the one that connects when it is first asked', async () => {
  const [, code] = /```ts\n(import \{ createClient \}.*?)^```/ms.exec(PAGE)!;
  write('lazy.ts', code!);
  expect(await runs('lazy.ts')).toBe(/console\.log\(kind, invariant\); \/\/ (.*)/.exec(code!)![1]);
});
