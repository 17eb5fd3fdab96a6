import type { Event } from '../events/event.js';
import type { SavedForecast } from './forecast/forecast.js';
import type { PathNode } from './part.js';
import type { Wakeup } from './wakeup-tree.js';

/** How an execution ended: nothing was left to do; a step limit cut it; the search itself gave it up. @internal */
export type Ending = 'maximal' | 'capped' | 'redundant';

/** A search in figures. @internal */
export interface SearchCounts {
  /** Executions that came to their end. */
  readonly maximal: number;
  /** Executions that a step limit cut. */
  readonly capped: number;
  /** Executions given up because everything from there on had been explored already. */
  readonly redundant: number;
  /** Executions that are known to be left, a lower bound. */
  readonly pending: number;
}

/** The state of a search between two executions, as JSON. @internal */
export interface SavedTree {
  readonly path: readonly PathNode[];
  /** The rest of the wakeup sequence that the next execution follows. */
  readonly ahead: readonly Wakeup[];
  readonly started: boolean;
  readonly counts: Omit<SearchCounts, 'pending'>;
  readonly forecast: SavedForecast;
}

/**
 * An exhaustive search, driven one execution at a time: `start`, then at every point `choose` and `performed`, then
 * `finish`. Between two executions its state can be saved as JSON and restored.
 *
 * @internal
 */
export interface Search {
  /** Of the algorithm. */
  readonly name: string;
  /** Prepares another execution. @returns false when nothing is left */
  start(): boolean;
  /**
   * What to do next. Called at every point, also where there is one option only.
   *
   * @param options - calmest first
   * @param waiting - what is possible, too, but in the executions that are run only after other workers' steps
   * @returns an index, or undefined when all that could follow has been explored already
   */
  choose(options: readonly Event[], waiting?: readonly Event[]): number | undefined;
  /** The step that was chosen, with the footprint that it turned out to have. */
  performed(event: Event): void;
  /**
   * The execution is over.
   *
   * @param left - what could still have happened; undefined where that is not known
   */
  finish(ending: Ending, left?: readonly Event[]): void;
  /** True once nothing is left. */
  readonly complete: boolean;
  readonly counts: SearchCounts;
  /** How many executions there will be, by estimate; the true number once it is complete. Undefined where nobody can tell. */
  readonly estimate: number | undefined;
  /** A copy of its state between two executions. */
  save(): SavedTree;
  /** Goes on from a state; leaves it as it is. */
  restore(state: SavedTree): void;
}
