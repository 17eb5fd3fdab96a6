import { OptimalSearch } from '../dpor/optimal.js';
import type { PathNode } from '../dpor/part.js';
import type { Ending } from '../dpor/search.js';
import type { Event, Trace } from '../events/event.js';
import type { PlayedExecution } from './parts.js';

/** A search that keeps what its last execution was like. @internal */
export class TracedSearch extends OptimalSearch {
  #trace!: Trace;
  #ending!: Ending;

  /** The execution that ended last. */
  taken(): Pick<PlayedExecution, 'points' | 'ending' | 'left'> {
    const { points, left } = this.#trace;
    return { points, ending: this.#ending, left };
  }

  override finish(ending: Ending, left?: readonly Event[]): void {
    this.#ending = ending;
    super.finish(ending, left);
  }

  protected override learn(trace: Trace, path: readonly PathNode[]): void {
    this.#trace = trace;
    super.learn(trace, path);
  }
}
