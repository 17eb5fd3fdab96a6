import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compiledUrl } from '../harness/server/testing/compiled.js';
import { renderFailure } from '../harness/report/print/failure.js';
import { readRecord } from '../harness/record/read.js';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const LIBRARY = compiledUrl('harness/index.ts');
const FAST_CHECK = compiledUrl('harness/fast-check.ts');
const SUITE = compiledUrl('harness/suite/index.ts');
const MATCHERS = compiledUrl('harness/vitest/index.ts');
/** As wide as the examples in the README. */
const COLUMNS = 100;

/** Inside of the project, so that its dependencies are found. */
let folder: string;
let blocks: { readonly language: string; readonly code: string }[];
beforeAll(async () => {
  folder = await mkdtemp(join(ROOT, 'test', '.readme-'));
  const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
  blocks = [...readme.matchAll(/^```(\w*)\n(.*?)^```/gms)].map(([, language, code]) => ({
    language: language!,
    code: code!,
  }));
});
afterAll(() => rm(folder, { recursive: true }));

function codeWith(language: string, mentions: string): string {
  return blocks.find((block) => block.language === language && block.code.includes(mentions))!.code;
}

/** An example with this checkout for the package. */
function withLibrary(code: string): string {
  return code
    .replace("'redis-race-lab'", JSON.stringify(LIBRARY))
    .replace("'redis-race-lab/fast-check'", JSON.stringify(FAST_CHECK))
    .replace("'redis-race-lab/suite'", JSON.stringify(SUITE))
    .replace("'redis-race-lab/vitest'", JSON.stringify(MATCHERS));
}

/** Runs an example as it stands. */
async function runExample(mentions: string): Promise<string> {
  const file = join(folder, 'example.ts');
  await writeFile(file, withLibrary(codeWith('ts', mentions)));
  const { stdout } = await run(process.execPath, ['--import', 'tsx', file], { cwd: folder });
  return stdout.trim();
}

test('the failure at the top is that of lab 01', async () => {
  const record = await readRecord(join(ROOT, 'reports', '01-lost-update--get-set.json'));
  const [sentence, , table] = renderFailure(record, { columns: COLUMNS }).trim().split('\n\n');
  expect(codeWith('', '✗').trimEnd()).toBe([sentence, table].join('\n\n'));
});

test('the first example fails as it says', async () => {
  const file = join(folder, 'views.test.ts');
  await writeFile(file, withLibrary(codeWith('ts', 'page views survive')));
  // Without one of its own it would get that of this project.
  await writeFile(join(folder, 'vitest.config.ts'), 'export default {};\n');
  const { NODE_OPTIONS: _, ...env } = process.env;
  const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
  const running = run(process.execPath, [vitest, 'run'], {
    cwd: folder,
    env: { ...env, NO_COLOR: '1', COLUMNS: String(COLUMNS) },
  });
  const { stderr } = await running.then(
    () => expect.unreachable('it should fail'),
    (failed: { stderr: string }) => failed,
  );
  // Which Redis there is, is the machine's affair.
  const settled = (text: string): string => text.replace(/^ {2}with {7}Redis .*\n(?: {13}.*\n)*/m, '');
  expect(settled(`${stderr}\n`)).toContain(settled(codeWith('', 'Error: expected')));
});

test('the fault plan is one', async () => {
  const plan = codeWith('ts', 'faults: {').trim().replace(/,$/, '');
  const file = join(folder, 'plan.ts');
  const library = JSON.stringify(LIBRARY);
  await writeFile(
    file,
    `import { scenario } from ${library};
    const { faults } = scenario({ name: 'plan', workers: async () => {}, invariants: [], ${plan} });
    console.log(faults.specs.length, faults.budget);`,
  );
  const { stdout } = await run(process.execPath, ['--import', 'tsx', file], { cwd: folder });
  expect(stdout.trim()).toBe('6 2');
});

// Some hundreds of executions, most of them to shrink.
test('the example with fast-check does what it says', async () => {
  expect(await runExample("from 'fast-check'")).toBe('race([[1],[1]], tape("0.1"))');
});

test('the lock of the suites gets the scoreboard that it says', async () => {
  expect(await runExample('lockAdapter')).toBe(codeWith('', 'SET NX PX and DEL (lock)').trim());
});

test('the example with node-redis does what it says', async () => {
  expect(await runExample('@redis/client')).toBe('breaks no lost update');
});

test('the example of an application does what it says', async () => {
  expect(await runExample('the last lamp')).toBe('breaks one lamp is sold once');
});

// Some dozens of executions, each of which starts two programs.
test('the example in Python does what it says', async ({ skip }) => {
  await run('python3', ['-c', 'import redis']).catch(() =>
    skip('python3 has no module redis (pip install redis)'),
  );
  await writeFile(join(folder, 'views.py'), codeWith('python', 'import redis'));
  expect(await runExample('views.py')).toBe('breaks no lost update');
});
