import type { ExecutionResult } from '../execution/execution.js';
import { ROUNDS_MAX } from '../execution/stage/turns.js';
import type { Bounds } from '../record/verdict.js';
import { together, type Sights } from './sights/sights.js';
import type { Tally } from './strategy/strategy.js';

/** What an exploration counts while it runs. @internal */
export class Counts {
  /** Executions since the start, in whichever process. */
  runs = 0;
  /** Planned faults that could have struck somewhere, by their place in the plan. */
  readonly offered: Set<number>;
  /** What raced, and what was reached; undefined before the first execution. */
  sights: Sights | undefined;
  #capped = 0;
  #cappedBy: string | undefined;

  /** @param saved - what earlier sessions of the same search came to */
  constructor(saved?: { readonly offered: readonly number[]; readonly sights?: Sights | undefined }) {
    this.offered = new Set(saved?.offered);
    this.sights = saved?.sights;
  }

  /** Adds an execution. */
  note({ capped, offered }: Pick<ExecutionResult, 'capped' | 'offered'>, sights: Sights): void {
    this.runs += 1;
    this.sights = this.sights === undefined ? sights : together(this.sights, sights);
    for (const spec of offered) this.offered.add(spec);
    if (capped === undefined) return;
    this.#capped += 1;
    this.#cappedBy ??= capped;
  }

  /** The bounds of a search, with the rounds of a loop at most without news, where that was ever reached. */
  within(bounds: Bounds): Bounds {
    return this.sights?.waited === true ? { ...bounds, rounds: ROUNDS_MAX } : bounds;
  }

  /** For a strategy that keeps no count itself: every execution counts. */
  get tally(): Tally {
    return { executions: this.runs, capped: this.#capped, cappedBy: this.#cappedBy, redundant: 0 };
  }
}
