/** The test of a test runner in which an exploration begins. @internal */
export interface RunningTest {
  /** Real time that the runner gives it, in ms; Infinity where it has no limit. */
  readonly limitMs: number;
  /** When the runner gives it up, in ms on the clock of `real.now()`. */
  readonly endsAtMs: number;
  /** Aborted when it is over, however it ended. */
  readonly signal: AbortSignal | undefined;
  /** What its limit is called in this runner, and where to raise it: `testTimeout, or the third argument of test()`. */
  readonly limitName: string;
}

let ask: (() => RunningTest | undefined) | undefined;

/**
 * Says how to learn which test is running. One for the process: it has one test runner.
 *
 * @param current - undefined where no test is running, or nobody can tell which
 * @internal
 */
export function askForTest(current: () => RunningTest | undefined): void {
  ask = current;
}

/** The test that is running; undefined outside of any, and where nobody can tell. @internal */
export function runningTest(): RunningTest | undefined {
  return ask?.();
}
