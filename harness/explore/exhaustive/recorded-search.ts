import type { Event } from '../events/event.js';
import { TracedSearch } from './traced-search.js';

/** A search for another process: what it keeps of its executions is small as a message. @internal */
export class RecordedSearch extends TracedSearch {
  readonly #interned = new Map<string, Event>();

  override choose(options: readonly Event[], waiting: readonly Event[] = []): number | undefined {
    return super.choose(
      options.map((option) => this.#intern(option)),
      waiting.map((event) => this.#intern(event)),
    );
  }

  override performed(event: Event): void {
    super.performed(this.#intern(event));
  }

  /** Equal events become one and the same: a message that names one often holds it once. */
  #intern(event: Event): Event {
    const text = JSON.stringify(event);
    const known = this.#interned.get(text);
    if (known === undefined) this.#interned.set(text, event);
    return known ?? event;
  }
}
