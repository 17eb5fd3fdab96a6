import { OptimalSearch } from '../dpor/optimal.js';
import type { PathNode } from '../dpor/part.js';
import type { Ending } from '../dpor/search.js';
import type { Event, Trace } from '../events/event.js';
import type { PlayedExecution } from './parts.js';

/** A search that keeps what its last execution was like. @internal */
export class RecordedSearch extends OptimalSearch {
  readonly #interned = new Map<string, Event>();
  #trace!: Trace;
  #ending!: Ending;

  /** The execution that ended last. */
  taken(): Pick<PlayedExecution, 'points' | 'ending' | 'left'> {
    const { points, left } = this.#trace;
    return { points, ending: this.#ending, left };
  }

  override choose(options: readonly Event[], waiting: readonly Event[] = []): number | undefined {
    return super.choose(
      options.map((option) => this.#intern(option)),
      waiting.map((event) => this.#intern(event)),
    );
  }

  override performed(event: Event): void {
    super.performed(this.#intern(event));
  }

  override finish(ending: Ending, left?: readonly Event[]): void {
    this.#ending = ending;
    super.finish(ending, left);
  }

  protected override learn(trace: Trace, path: readonly PathNode[]): void {
    this.#trace = trace;
    super.learn(trace, path);
  }

  /** Equal events become one and the same: a message that names one often holds it once. */
  #intern(event: Event): Event {
    const text = JSON.stringify(event);
    const known = this.#interned.get(text);
    if (known === undefined) this.#interned.set(text, event);
    return known ?? event;
  }
}
