import { createHash } from 'node:crypto';
import { HappensBefore } from '../dpor/happens-before.js';
import type { Event } from '../events/event.js';

/** Classes that are remembered; beyond it new ones cannot be told from known ones any more. */
const CLASSES_MAX = 200_000;
/** Points of the curve of classes. */
const POINTS_MAX = 20;

/**
 * The class of an execution (Mazurkiewicz, 1977): which events it contains, and the order of those that depend on
 * each other. Executions of one class differ only in the order of independent steps.
 *
 * @returns the same text for executions of one class, and only for these
 * @internal
 */
export function classOf(events: readonly Event[]): string {
  const order = new HappensBefore(events);
  const lines = events.map(({ key }, at) => {
    const before = order.direct(at).map((index) => events[index]!.key);
    return `${key}<${before.sort().join()}`;
  });
  return lines.sort().join(';');
}

/** The same, short: as good as never the same for executions of different classes. @internal */
export function classHash(events: readonly Event[]): string {
  return createHash('sha1').update(classOf(events)).digest('base64');
}

/** Counts the classes that a sampler has seen, and how often it meets new ones. @internal */
export class ClassCounter {
  /** How often each class was seen, up to twice. */
  readonly #seen = new Map<string, 1 | 2>();
  /** By class, in the order of their discovery: the how-manieth execution it was. */
  readonly #foundAt: number[] = [];
  #once = 0;
  #executions = 0;
  #full = false;

  /**
   * @param name - of the class of an execution: its `classHash`
   * @returns true when an execution of this class was not seen before
   */
  note(name: string): boolean {
    this.#executions += 1;
    const times = this.#seen.get(name);
    if (times === 1) {
      this.#seen.set(name, 2);
      this.#once -= 1;
    }
    if (times !== undefined) return false;
    if (this.#seen.size >= CLASSES_MAX) {
      this.#full = true;
      return false;
    }
    this.#seen.set(name, 1);
    this.#foundAt.push(this.#executions);
    this.#once += 1;
    return true;
  }

  /** Distinct classes seen; a lower bound once there are too many to remember. */
  get classes(): number {
    return this.#seen.size;
  }

  /** True when there were too many classes to remember. */
  get full(): boolean {
    return this.#full;
  }

  /** How many of the last tenth of all executions, rounded up, were of a class not seen before. */
  get late(): { readonly executions: number; readonly classes: number } {
    const executions = Math.ceil(this.#executions / 10);
    const before = this.#executions - executions;
    let at = this.#foundAt.length;
    while (at > 0 && this.#foundAt[at - 1]! > before) at -= 1;
    return { executions, classes: this.#foundAt.length - at };
  }

  /** How many classes had been seen after so many executions: evenly spaced points of a curve, the last one now. */
  get growth(): [executions: number, classes: number][] {
    const points = Math.min(POINTS_MAX, this.#executions);
    let seen = 0;
    return Array.from({ length: points }, (_, at) => {
      const executions = Math.round(((at + 1) * this.#executions) / points);
      while (seen < this.#foundAt.length && this.#foundAt[seen]! <= executions) seen += 1;
      return [executions, seen];
    });
  }

  /**
   * Chance that the next execution is of a class not seen yet: the share of executions whose class was seen only
   * once (Good and Turing; Böhme, STADS, TOSEM 2018, for testing). 1 before the first execution.
   */
  get newness(): number {
    return this.#executions === 0 ? 1 : this.#once / this.#executions;
  }
}
