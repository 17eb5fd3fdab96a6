import type { Event } from '../event.js';

/** How an execution ended: nothing was left to do; a step limit cut it; the search itself gave it up. */
export type Ending = 'maximal' | 'capped' | 'redundant';

/** A search in figures. */
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

/**
 * An exhaustive search, driven one execution at a time: `start`, then at every point `choose` and `performed`, then
 * `finish`. Between two executions its state can be saved as JSON and restored.
 */
export interface Search {
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
   * @param left - what could still have happened; undefined where that is not known
   */
  finish(ending: Ending, left?: readonly Event[]): void;
  readonly complete: boolean;
  readonly counts: SearchCounts;
  /** How many executions there will be, by estimate; the true number once it is complete. Undefined where nobody can tell. */
  readonly estimate: number | undefined;
  save(): unknown;
  restore(state: unknown): void;
}

/** The execution did not follow the choices that it was made of: something else decides as well. */
export class DivergenceError extends Error {
  override name = 'DivergenceError';
  constructor(
    /** Position of the step, from 1. */
    readonly step: number,
    readonly expected: string,
    readonly found: string,
  ) {
    super(`step ${step} was to be "${expected}", but there was "${found}"`);
  }
}
