import type { ExecutionResult } from '../../execution/execution.js';
import type { Observer } from '../../execution/stage/observer.js';
import type { Chooser } from '../../execution/steps/decision.js';
import type { Bounds, SamplingReport } from '../../record/verdict.js';
import type { CostLimits } from '../events/event.js';
import type { Crew, Elsewhere, TaskMap } from './crew.js';

/**
 * Decides which executions are run, and what happens in each: `start` plans one, its `choose` is asked at every point
 * where more than one thing can happen, its `learn` is told how it went; until `start` has nothing left, or a budget is
 * used up. Only one is under way at a time. What else a strategy may be able to do is stated apart from this:
 * `Shareable`, `Resumable`.
 *
 * @typeParam Tasks - what it asks of a crew, where it can be shared
 * @internal
 */
export interface Strategy<Tasks extends TaskMap<Tasks> = object> {
  /** Where it stands now. */
  readonly status: StrategyStatus;
  /** Plans another execution. @returns undefined when nothing is left to explore */
  start(): PlannedExecution<Tasks> | undefined;
  /** Gives back what it holds on the server. */
  close?(): Promise<void>;
}

/** The execution that a strategy has started. It is over with `learn`, or with the next `start`. @internal */
export interface PlannedExecution<Tasks extends TaskMap<Tasks> = object>
  extends Chooser, Partial<Shareable<Tasks>> {
  /** What the execution comes to, where that is known without running it. */
  predicted?(): Promise<Elsewhere | undefined>;
  /** Decides in place of `choose`, at every point, and sees what each step touched. */
  readonly observer?: Observer | undefined;
  /** Takes note of how the execution went; may ask the server about it. */
  learn(result: ExecutionResult): void | Promise<void>;
}

/** An execution that other processes may run. @internal */
export interface Shareable<Tasks extends TaskMap<Tasks>> {
  /**
   * What the execution came to; waits for a crew to run it.
   *
   * @returns undefined when it is to be run here
   * @throws Error when the crew is lost
   */
  elsewhere(crew: Crew<Tasks>): Promise<Elsewhere | undefined>;
}

/**
 * A strategy that can be gone on with in another session.
 *
 * @typeParam State - what is kept between two executions, as JSON
 * @internal
 */
export interface Resumable<State> {
  /** A state is of use only to a strategy with the same limits. */
  readonly limits: CostLimits;
  /** @returns undefined where there is nothing to go on with */
  save(): State | undefined;
  /** Goes on from a state, before the first `start`. */
  restore(state: State): void;
}

/** What a verdict and a progress display say of a strategy. @internal */
export interface StrategyStatus {
  /** As on the command line; of one made of several: the one at work. */
  readonly name: string;
  readonly bounds: Bounds;
  /** True once every execution within the bounds was explored. */
  readonly complete: boolean;
  /** Executions that are known to be left, a lower bound; undefined where nothing is known. */
  readonly pending: number | undefined;
  /** How many executions it takes to be complete, by estimate: too small or too large. Undefined where nobody can tell. */
  readonly estimate?: number | undefined;
  /** Undefined where every execution counts. */
  readonly tally?: Tally | undefined;
  /** Executions besides those of the tally. */
  readonly besides?: number;
  /** What was sampled; only where the strategy samples. */
  readonly report?: SamplingReport | undefined;
}

/** What a search that keeps count itself has to say about it, over all sessions if it was resumed. @internal */
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
