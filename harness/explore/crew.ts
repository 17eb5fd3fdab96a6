import type { ExecutionResult } from '../execution/execution.js';
import type { Strategy } from './strategy.js';

/** What an execution came to, as far as a search needs it. Made in another process, so just data. */
export interface Outline extends Pick<ExecutionResult, 'choices' | 'capped'> {
  /** Something was wrong. */
  readonly failed: boolean;
}

/** Processes that run executions of one scenario, each on a server of its own. */
export interface Crew {
  /** How many there are. */
  readonly size: number;
  /** Runs a tape on one of them. Of several that wait, the last one asked for is the first one run. */
  run(tape: readonly number[]): Promise<Outline>;
  /** Nobody wants what has not begun any more. */
  forget(): void;
}

/** A strategy that knows, before they begin, which executions it will want. */
export interface Foresighted extends Strategy {
  /** Tapes of the next executions, the very next one first. More of them may come in between as it learns. */
  ahead(count: number): readonly (readonly number[])[];
  learn(result: Pick<ExecutionResult, 'choices' | 'capped'>): void;
}

export function isForesighted(strategy: Strategy): strategy is Foresighted {
  return 'ahead' in strategy;
}

/** Executions asked for in advance, for each process: it never runs dry while answers are on their way. */
const AHEAD = 24;
/** Executions that were run and not wanted yet. Beyond it only the very next one is run. */
const KEPT_MAX = 4096;

/**
 * Lets a crew run executions before the strategy asks for them. An execution is a function of its tape, so it does
 * not matter who ran it, or when: the strategy takes the outlines in its own order and comes to the same result,
 * execution for execution, whatever the size of the crew.
 */
export class Speculation {
  readonly #known = new Map<string, Promise<Outline>>();

  constructor(
    readonly strategy: Foresighted,
    readonly crew: Crew,
  ) {}

  /** What the next execution of the strategy comes to; undefined when none is left. */
  async next(): Promise<Outline | undefined> {
    const tapes = this.strategy.ahead(AHEAD * this.crew.size);
    const [wanted] = tapes;
    if (wanted === undefined) return undefined;
    // The last one asked for is run first.
    for (const tape of tapes.toReversed()) {
      if (tape === wanted || this.#known.size < KEPT_MAX) void this.#ask(tape);
    }
    const key = wanted.join();
    const outline = this.#ask(wanted);
    this.#known.delete(key);
    return await outline;
  }

  #ask(tape: readonly number[]): Promise<Outline> {
    const key = tape.join();
    let outline = this.#known.get(key);
    if (outline === undefined) {
      outline = this.crew.run(tape);
      // What is never wanted may fail; what is wanted is awaited.
      outline.catch(() => {});
      this.#known.set(key, outline);
    }
    return outline;
  }
}
