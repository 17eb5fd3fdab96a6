import type { ExecutionResult } from '../../execution/execution.js';
import type { CommandWatch } from './observer/command-watch.js';
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
   */
  learned(
    result: ExecutionResult,
    taken: Pick<TakenExecution, 'points' | 'ending' | 'left'> | undefined,
  ): Promise<void>;
}

/** Makes what predicts the executions of a search. @internal */
export interface CreatePredicting {
  /** What the server says of commands, for all who observe executions of the exploration. */
  readonly commands: CommandWatch;
  /** @param observer - sees the executions */
  of(observer: LiveObserver): Predicting;
}
