import type { ExecutionResult } from '../execution/execution.js';
import type { Observer } from '../execution/observer.js';
import type { Chooser } from '../execution/step.js';
import type { Crew, Elsewhere } from './crew.js';
import type { Bounds, SamplingReport } from './verdict.js';

/** What a search that keeps count itself has to say about it, over all sessions if it was resumed. */
export interface Tally {
  /** Executions that came to their end or to the step limit. */
  readonly executions: number;
  /** Executions that reached the step limit. */
  readonly capped: number;
  /** How the first of these did. */
  readonly cappedBy: string | undefined;
  /** Executions given up because all that they could still show had been seen. */
  readonly redundant: number;
}

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
  /** What the execution that was started comes to, where a crew can run it; undefined: it is to be run here. */
  elsewhere?(crew: Crew): Promise<Elsewhere | undefined>;
  /** Decides in place of `choose`, at every point, and sees what each step touched. */
  readonly observer?: Observer | undefined;
  /** Undefined where every execution counts. */
  readonly tally?: Tally | undefined;
  /** What it is limited to, where it can be saved. */
  readonly limits?: unknown;
  /** Its state between two executions, as data; undefined where there is nothing to go on with. */
  save?(): unknown;
  /** Goes on from such a state. */
  restore?(state: unknown): void;
  /** Gives back what it holds on the server. */
  close?(): Promise<void>;
  /** True once every execution within the bounds was explored. */
  readonly complete: boolean;
  /** Executions that are known to be left, a lower bound; undefined where nothing is known. */
  readonly pending: number | undefined;
  /** How many executions it takes to be complete, by estimate: too small or too large. Undefined where nobody can tell. */
  readonly estimate?: number | undefined;
  /** What was sampled; only where the strategy samples. */
  readonly report?: SamplingReport | undefined;
}
