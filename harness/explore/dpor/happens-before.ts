import { eventsDependent, type Event } from '../events/event.js';

/**
 * The order that every equivalent execution has too: the transitive closure of "dependent, and earlier" over the
 * events of one execution.
 *
 * @internal
 */
export class HappensBefore {
  /** Bit i of row j: event i happens before event j. */
  readonly #rows: Uint32Array[] = [];
  readonly #direct: number[][] = [];

  constructor(readonly events: readonly Event[]) {
    const words = (events.length + 31) >>> 5;
    for (const [j, event] of events.entries()) {
      const row = new Uint32Array(words);
      const direct: number[] = [];
      // Latest first: what is already in the row is ordered through an event in between.
      for (let i = j - 1; i >= 0; i--) {
        if (has(row, i) || !eventsDependent(events[i]!, event)) continue;
        direct.push(i);
        const before = this.#rows[i]!;
        for (let word = 0; word < words; word++) row[word]! |= before[word]!;
        row[i >>> 5]! |= 1 << (i & 31);
      }
      this.#rows.push(row);
      this.#direct.push(direct.reverse());
    }
  }

  /** Does event `i` happen before event `j` in every equivalent execution? */
  before(i: number, j: number): boolean {
    return has(this.#rows[j]!, i);
  }

  /** Events right before `j`: dependent on it, with no other event between the two. Ascending. */
  direct(j: number): readonly number[] {
    return this.#direct[j]!;
  }
}

function has(row: Uint32Array, bit: number): boolean {
  return ((row[bit >>> 5]! >>> (bit & 31)) & 1) === 1;
}
