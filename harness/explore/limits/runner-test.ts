/** The test of a test runner in which an exploration begins. @internal */
export interface RunnerTest {
  /** Real time that the runner gives it, in ms; Infinity where it has no limit. */
  readonly limitMs: number;
  /** When the runner gives it up, in ms on the clock of `real.now()`. */
  readonly endsAtMs: number;
  /** Aborted when it is over, however it ended. */
  readonly signal: AbortSignal | undefined;
  /** What its limit is called in this runner, and where to raise it: `testTimeout, or the third argument of test()`. */
  readonly limitName: string;
}
