import type { Event } from '../events/event.js';
import type { Footprint } from '../events/footprint.js';
import { isKey } from '../events/resources.js';

/**
 * An option with its place in the line: may it be taken now, or once those before it are settled, or never?
 *
 * @internal
 */
export interface Standing {
  readonly event: Event;
  readonly when: 'now' | 'later' | 'never';
}

/**
 * Symmetry reduction for workers that are alike (as for scalarsets: Ip and Dill, Formal Methods in System Design 9, 1996),
 * where an execution contains one fault at most. Renaming the workers of an execution gives another execution, and one is
 * as good as the other. So it is enough to run those in which
 *
 * - the workers come to their first write in the order of their numbers, and
 * - who is struck by a fault before it has written is the last of them.
 *
 * Every execution can be renamed into such a one: number those that write first by when they do, then those that never
 * come to it, then who was struck before. What remains is a program of its own, in which some steps wait until the places
 * of other workers are settled. A search has to know which steps are in order because of that, and what waits, since it may
 * cease to be possible while it does. An execution that ends with somebody waiting in vain is nobody's first choice, and
 * is given up.
 *
 * Deviation: the paper chooses one state out of those that are alike. Here nothing is known of states, and a search needs
 * executions whose prefixes are chosen, too.
 *
 * @internal
 */
export class Lineup {
  /** Workers whose place is known: they wrote, were struck, or ended without either. */
  #settled = new Set<number>();

  /** @param workers - numbers of the workers that are alike, ascending */
  constructor(readonly workers: readonly number[]) {}

  /** Workers whose place is known now, to go back to. */
  mark(): ReadonlySet<number> {
    return new Set(this.#settled);
  }

  /** Just the places of these are known, as they were before in the same execution. */
  goBack(settled: ReadonlySet<number>): void {
    this.#settled = new Set(settled);
  }

  /**
   * What may happen in an execution that is run.
   *
   * @param options - what could happen, with the footprints that they would have
   */
  admit(options: readonly Event[]): Standing[] {
    return options.map((option) => {
      const { worker, cost, footprint } = option;
      if (!this.workers.includes(worker)) return { event: option, when: 'now' };
      const strikes = cost === 'fault';
      if (!strikes && !writes(footprint)) return { event: option, when: 'now' };
      const place = this.workers.filter((other) => (strikes ? other > worker : other < worker));
      if (this.#settled.has(worker)) return { event: { ...option, place }, when: 'now' };
      const event = { ...option, place, settles: [worker], follows: strikes ? [] : place };
      if (strikes) return { event, when: place.length === 0 ? 'now' : 'never' };
      return { event, when: place.every((other) => this.#settled.has(other)) ? 'now' : 'later' };
    });
  }

  /**
   * Takes note of a step.
   *
   * @param event - as `admit` gave it
   * @param ended - workers that have ended by now
   * @returns the event, with the places that are settled by it
   */
  performed(event: Event, ended: readonly number[]): Event {
    const { settles = [] } = event;
    for (const one of settles) this.#settled.add(one);
    const gone = ended.filter((one) => this.workers.includes(one) && !this.#settled.has(one));
    for (const one of gone) this.#settled.add(one);
    return gone.length === 0 ? event : { ...event, settles: [...settles, ...gone] };
  }
}

/**
 * May these steps be taken in this order, in an execution that is run?
 *
 * @param before - workers whose place was settled by steps that were taken in such an execution
 * @param sequence - steps that could come next, if it were not for the order of workers that are alike
 * @internal
 */
export function inLine(before: ReadonlySet<number>, sequence: readonly Event[]): boolean {
  // Where workers are not alike, none has a place.
  if (sequence.every(({ place }) => place === undefined)) return true;
  const settled = new Set(before);
  for (const { place, settles = [], worker, cost } of sequence) {
    if (place !== undefined && !settled.has(worker)) {
      if (cost === 'fault' ? place.length > 0 : place.some((other) => !settled.has(other))) return false;
      settled.add(worker);
    }
    for (const one of settles) settled.add(one);
  }
  return true;
}

function writes(footprint: Footprint): boolean {
  // What may touch everything may as well touch nothing: whoever does it has written once it writes.
  return (
    footprint !== 'everything' && footprint.some(({ resource, mode }) => mode === 'write' && isKey(resource))
  );
}
