import type { ExecutionResult } from '../execution/execution.js';
import type { Chooser } from '../execution/step.js';
import type { Bounds, SamplingReport } from './verdict.js';

/**
 * Decides which execution comes next. The explorer calls `start`, then `choose` at every point of the execution
 * where there is more than one possibility, then `learn`; until `start` returns false or a budget is used up.
 */
export interface Strategy extends Chooser {
  readonly name: string;
  readonly bounds: Bounds;
  /** Prepares another execution. @returns false when nothing is left to explore */
  start(): boolean;
  /** Takes note of how the execution went; may ask the server about it. */
  learn(result: ExecutionResult): void | Promise<void>;
  /** True once every execution within the bounds was explored. */
  readonly complete: boolean;
  /** Executions that are known to be left, a lower bound; undefined where nothing is known. */
  readonly pending: number | undefined;
  /** What was sampled; only where the strategy samples. */
  readonly report?: SamplingReport;
}
