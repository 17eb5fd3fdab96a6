import type { RunnerTest } from './runner-test.js';
import { seenTest } from './seen-test.js';

let ask: (() => RunnerTest | undefined) | undefined;

/**
 * Says how to learn which test is running. One for the process: it has one test runner.
 *
 * @param current - undefined where no test is running, or nobody can tell which
 * @internal
 */
export function askForTest(current: () => RunnerTest | undefined): void {
  ask = current;
}

/** The test that is running; undefined outside of any, and where nobody can tell. @internal */
export function runningTest(): RunnerTest | undefined {
  return ask === undefined ? seenTest() : ask();
}
