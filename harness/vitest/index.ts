/**
 * Matchers and set-up for Vitest: `import 'redis-race-lab/vitest'` in a test file, or name it in `setupFiles`.
 *
 * Starts the Redis of this process before the first test, so that its start does not count as test time. Explorations end
 * before their test does, and with it; where the project has left `testTimeout` as it is, tests get a minute.
 *
 * @packageDocumentation
 */
import { afterEach, beforeAll, beforeEach, expect, vi } from 'vitest';
import { showLongExplorations } from '../assert/live-line.js';
import { matchersFor, type RaceMatchers } from '../assert/matchers.js';
import { OpenTests } from '../assert/open-tests.js';
import { RUNNER_LIMIT_MS, START_LIMIT_MS, TEST_LIMIT_MS } from '../assert/test-time.js';
import { viewFor } from '../assert/view.js';
import { real } from '../clock/globals.js';
import { tellVerdictsTo } from '../explore/limits/onlooker.js';
import { vitestWorker } from '../explore/limits/vitest-worker.js';
import { sharedServer } from '../server/index.js';
import { errorLine } from './error-line.js';
import { writesToTerminal } from './terminal.js';
import { told } from './told.js';
import { notRed } from './not-red.js';

export { cacheSuite, limiterSuite, lockSuite } from './suites.js';
export type { RaceMatchers } from '../assert/matchers.js';
export type { SuiteTestOptions } from '../assert/suite-tests.js';
export type { SuiteKind } from '../suite/adapters/adapter.js';
export type { SuiteAdapter } from '../suite/adapters/suite-adapter.js';

declare module 'vitest' {
  // oxlint-disable-next-line no-empty-object-type
  interface Matchers<T = any> extends RaceMatchers<T> {}
}

/** What Vitest gives a hook unless somebody says otherwise. */
const HOOK_LIMIT_MS = 10_000;

// What a project has chosen stays as it is.
if (vitestWorker().config.testTimeout === RUNNER_LIMIT_MS) vi.setConfig({ testTimeout: TEST_LIMIT_MS });
if (vitestWorker().config.hookTimeout === HOOK_LIMIT_MS) vi.setConfig({ hookTimeout: TEST_LIMIT_MS });

const tests = new OpenTests(
  'testTimeout, or the last argument of test()',
  () => vitestWorker().config.hookTimeout,
  noticeTest,
);
/** Tests in whose file the hooks are. */
const hooked = new WeakSet<object>();
beforeEach(({ task, signal }) => {
  hooked.add(task);
  tests.begin(task, task.timeout, signal);
  told?.begin(task);
});
afterEach(({ task }) => {
  tests.end(task);
  told?.end(task);
});
if (told !== undefined) tellVerdictsTo((verdict) => told?.verdict(verdict));

/**
 * Where files share a process (`isolate: false`), a package is loaded once, and its hooks are those of the first file: in another one a test
 * is noticed as soon as it explores.
 */
function noticeTest(): void {
  const { current } = vitestWorker();
  const { type, timeout, context, result } = current ?? {};
  if (current === undefined || type !== 'test' || timeout === undefined || hooked.has(current)) return;
  if (tests.isOpen(current) || context?.onTestFinished === undefined) return;
  const agoMs = result?.startTime === undefined ? 0 : real.Date.now() - result.startTime;
  tests.begin(current, timeout, context.signal, agoMs);
  told?.begin(current);
  context.onTestFinished(() => {
    tests.end(current);
    told?.end(current);
  });
}

showLongExplorations(errorLine);

beforeAll(async () => {
  await sharedServer({ notify: (text) => console.error(text) });
}, START_LIMIT_MS);

expect.extend(
  matchersFor({
    view: () => viewFor({ indent: 0, isTerminal: writesToTerminal() }),
    paint: notRed,
    line: errorLine,
    claimed: (verdict, claim) => told?.claim(verdict, claim),
  }),
);
