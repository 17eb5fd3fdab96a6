import type { ExecutionResult } from '../../execution/execution.js';
import type { LiveObserver, LiveSearch } from './observer/observer.js';
import type { TakenExecution } from './parts.js';

/** Composes executions of a search that need not be run. @internal */
export interface Predicting {
  /** Executions may be composed yet. */
  readonly goesOn: boolean;
  /**
   * The execution that the search has started.
   *
   * @returns undefined when it must be run
   */
  next(search: LiveSearch): Promise<TakenExecution | undefined>;
  /**
   * One was run.
   *
   * @param taken - what it was for the search; undefined where that began anew
   * @returns true where it shows that nothing should have been composed: no more will be
   */
  learned(
    result: ExecutionResult,
    taken: Pick<TakenExecution, 'points' | 'ending' | 'left'> | undefined,
  ): Promise<boolean>;
  /** The search has begun anew, since those that were composed do not count. @param composed - how many that were */
  dropped(composed: number): void;
}

/** Makes what predicts the executions that this observer sees. @internal */
export type CreatePredicting = (observer: LiveObserver) => Predicting | undefined;
