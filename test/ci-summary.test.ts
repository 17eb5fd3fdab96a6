import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../harness/server/testing/script.js';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'race-lab-test-'));
const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Three files of tests: one with a test that fails, one that cannot be loaded, one with an error outside of its tests. */
beforeAll(async () => {
  const imports = "import { expect, test, describe } from 'vitest';\n";
  write('package.json', '{ "type": "module" }');
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  cpSync(join(ROOT, '.ci', 'reporter.mjs'), join(folder, 'reporter.mjs'));
  const wrong = "describe('sums', () => test('add up', () => expect([1, 2]).toEqual([1, 3])));";
  write('one.test.js', `${imports}${wrong}\ntest('passes', () => {});\ntest.skip('waits', () => {});\n`);
  write('two.test.js', "import './nowhere.js';\n");
  const late = "void Promise.reject(new Error('too late')); await new Promise((r) => setImmediate(r));";
  write('three.test.js', `${imports}test('leaves something behind', async () => { ${late} });\n`);
  // Not the variables that vitest sets for its own workers.
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST'));
  const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
  const args = [
    vitest,
    'run',
    '--no-file-parallelism',
    '--pool',
    'threads',
    '--root',
    folder,
    '--reporter',
    join(folder, 'reporter.mjs'),
  ];
  const env = { ...Object.fromEntries(inherited), RACE_LAB_REPORT: join(folder, 'process.json') };
  await run(process.execPath, args, { cwd: folder, env }).catch((error: { readonly code?: unknown }) => {
    // Tests that failed, as they should.
    if (error.code !== 1) throw error;
  });
});

test('should name every test that failed with its pass and what it said, and end with the counts', async () => {
  write('process.status', '1\n');
  write('checks.status', '2\n');
  write('checks.log', '\u001b[31mharness/x.ts(3,1): error TS2304\u001b[0m\n\n');
  write('good.status', '0\n');
  write('labs.status', '1\n');
  const results = [
    { lab: '01-lost-update', variant: 'naive', expected: 'breaks', verdict: 'holds' },
    { lab: '01-lost-update', variant: 'fixed', expected: 'holds', verdict: 'holds' },
  ];
  write('labs.results.json', JSON.stringify({ results }));
  const passes = ['checks', 'process', 'good', 'labs', 'never'];
  const { stdout } = await run(process.execPath, [join(ROOT, '.ci', 'summary.mjs'), folder, ...passes]);
  expect(stdout.replaceAll(/at .*\/(\w+\.test\.js:\d+):\d+/g, 'at $1'))
    .toBe(`✗ checks: it ended with exit code 2
    harness/x.ts(3,1): error TS2304
✗ process: one.test.js > sums > add up
    expected [ 1, 2 ] to deeply equal [ 1, 3 ]
    - Expected
    + Received
      [
        1,
    -   3,
    +   2,
      ]
    at one.test.js:2
✗ process: two.test.js
    Cannot find module './nowhere.js' imported from ${folder}/two.test.js
    at two.test.js:1
✗ process: an error outside of any test
    too late
    at three.test.js:2
✗ labs: 01-lost-update/naive
    expected breaks, but it is holds
✗ never: it did not end
2 passed, 6 failed, 1 skipped
`);
});
