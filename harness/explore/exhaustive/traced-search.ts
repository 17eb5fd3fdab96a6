import { OptimalSearch } from '../dpor/optimal.js';
import type { CostLimits } from '../events/event.js';
import type { PathNode } from '../dpor/part.js';
import type { Ending } from '../dpor/search.js';
import type { Event, Point, Trace } from '../events/event.js';
import type { TakenExecution } from './parts.js';

/** A search that keeps what its last execution was like. @internal */
export class TracedSearch extends OptimalSearch {
  #trace!: Trace;
  #ending!: Ending;

  /** @param plans - false for one that only leads through executions, for another one that plans */
  constructor(
    limits: CostLimits,
    readonly plans = true,
  ) {
    super(limits);
  }

  /** The execution that ended last. */
  taken(): Pick<TakenExecution, 'points' | 'ending' | 'left'> {
    const { points, left } = this.#trace;
    return { points, ending: this.#ending, left };
  }

  /** Points of the execution that runs, more and more of them. */
  get reached(): readonly Point[] {
    return this.points;
  }

  override finish(ending: Ending, left?: readonly Event[]): void {
    this.#ending = ending;
    super.finish(ending, left);
  }

  protected override learn(trace: Trace, path: readonly PathNode[]): void {
    this.#trace = trace;
    if (this.plans) super.learn(trace, path);
  }
}
