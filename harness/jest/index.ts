/**
 * Matchers and set-up for Jest: `import 'redis-race-lab/jest'` in a test file, or name it in `setupFilesAfterEnv`. Jest has to
 * run ES modules: `NODE_OPTIONS=--experimental-vm-modules`.
 *
 * Starts the Redis of this process before the first test, so that its start does not count as test time. Explorations end
 * before their test does, and with it; where the project has left `testTimeout` as it is, tests get a minute.
 *
 * @packageDocumentation
 */
import { afterEach, beforeAll, beforeEach, expect, jest } from '@jest/globals';
import { showLongExplorations } from '../assert/live-line.js';
import { matchersFor, type RaceMatchers } from '../assert/matchers.js';
import { OpenTests } from '../assert/open-tests.js';
import { RUNNER_LIMIT_MS, START_LIMIT_MS, TEST_LIMIT_MS } from '../assert/test-time.js';
import { viewFor } from '../assert/view.js';
import { jestLimits } from '../explore/limits/jest-limits.js';
import { sharedServer } from '../server/index.js';

export type { RaceMatchers } from '../assert/matchers.js';
export type { SuiteTestOptions } from '../assert/suite-tests.js';
export type { SuiteKind } from '../suite/adapters/adapter.js';
export type { SuiteAdapter } from '../suite/adapters/suite-adapter.js';
export { cacheSuite, limiterSuite, lockSuite } from './suites.js';

declare module 'expect' {
  // oxlint-disable-next-line no-empty-object-type
  interface Matchers<R extends void | Promise<void>, T = unknown> extends RaceMatchers<R> {}
}

declare global {
  // oxlint-disable-next-line typescript/no-namespace -- so does @types/jest
  namespace jest {
    // oxlint-disable-next-line no-empty-object-type
    interface Matchers<R, T = {}> extends RaceMatchers<R> {}
  }
}

// What a project has chosen stays as it is.
if (jestLimits().ownMs === RUNNER_LIMIT_MS) jest.setTimeout(TEST_LIMIT_MS);

/** Jest runs one test at a time, but for `test.concurrent`, which has no hooks. */
const CURRENT = 'the test';
const tests = new OpenTests('testTimeout, or the last argument of test()', () => jestLimits().ownMs ?? 0);
beforeEach(() => tests.begin(CURRENT, jestLimits().testMs ?? 0));
afterEach(() => tests.end(CURRENT));

/** Past the console, whose lines Jest puts into a frame. */
const line = (text: string): void => void process.stderr.write(`${text}\n`);
showLongExplorations(line);

beforeAll(async () => {
  await sharedServer({ notify: line });
}, START_LIMIT_MS);

/** Jest moves each line of a message to the right. */
const INDENT = 4;
expect.extend(
  matchersFor({ view: () => viewFor({ indent: INDENT, isTerminal: process.stderr.isTTY }), line }),
);
