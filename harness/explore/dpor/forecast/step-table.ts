import { eventsDependent, type Event } from '../../events/event.js';
import type { KnownStep } from './known-steps.js';
import { keyFor } from './relative-names.js';
import { changes, situationOf, UNTOUCHED, type Situation } from './situation.js';

/** A `Consequence`, of steps by their numbers. @internal */
export interface NumberedConsequence {
  readonly came: readonly number[];
  readonly gone: readonly number[];
  /** It was never seen what becomes of the faults that could have hit the step. */
  readonly blind: boolean;
}

/**
 * Known steps by number, and what each has to do with the others. All of it is found out when it is asked for the
 * first time, and kept: a count asks for the same again and again.
 *
 * @internal
 */
export class StepTable {
  readonly #numbers = new Map<string, number>();
  readonly #steps: readonly KnownStep[];
  readonly #consequences: readonly NumberedConsequence[][];
  /** Steps that turned out in different ways. */
  readonly uncertain: readonly number[];
  readonly #dependent: Uint8Array;
  readonly #reaching: Uint8Array;
  readonly #changing: Uint8Array;
  readonly #situations: Situation[] = [UNTOUCHED];
  readonly #situationNumbers = new Map<string, number>();
  readonly #following: (ReadonlySet<number> | undefined)[] = [];

  constructor(steps: ReadonlyMap<string, KnownStep>) {
    for (const key of steps.keys()) this.#numbers.set(key, this.#numbers.size);
    this.#steps = [...steps.values()];
    this.#consequences = this.#steps.map((step) => this.#consequencesOf(step));
    this.uncertain = [...this.#consequences.keys()].filter((step) => this.#consequences[step]!.length > 1);
    this.#dependent = new Uint8Array(steps.size ** 2);
    this.#reaching = new Uint8Array(steps.size ** 2);
    this.#changing = new Uint8Array(steps.size ** 2);
  }

  /** How many steps there are. */
  get size(): number {
    return this.#steps.length;
  }

  /** A step, as it was performed last. */
  event(step: number): Event {
    return this.#steps[step]!.event;
  }

  /** What may become of a step. */
  consequences(step: number): readonly NumberedConsequence[] {
    return this.#consequences[step]!;
  }

  /** The numbers of those of these steps that are known, ascending. */
  numbers(keys: readonly string[]): number[] {
    return keys.flatMap((key) => this.#numbers.get(key) ?? []).sort((a, b) => a - b);
  }

  /** May the order of two steps matter? */
  areDependent(one: number, other: number): boolean {
    return this.#lookUp(this.#dependent, one, other, () => {
      const [a, b] = [this.event(one), this.event(other)];
      return a.worker === b.worker || eventsDependent(a, b);
    });
  }

  /** May a step, or something that comes after it, depend on another one? */
  mayReach(one: number, other: number): boolean {
    return this.#lookUp(this.#reaching, one, other, () =>
      [...this.after(one)].some((later) => this.areDependent(later, other)),
    );
  }

  /** Does a step of another worker write what this one touches? */
  changes(writer: number, step: number): boolean {
    return this.#lookUp(this.#changing, writer, step, () => changes(this.event(writer), this.event(step)));
  }

  /** The step, and all that it may lead to. */
  after(step: number): ReadonlySet<number> {
    const known = this.#following[step];
    if (known !== undefined) return known;
    const found = new Set([step]);
    for (const one of found)
      for (const { came } of this.#consequences[one]!) for (const later of came) found.add(later);
    this.#following[step] = found;
    return found;
  }

  /**
   * The number of the situation of a step, once a writer has written what it touches.
   *
   * @param pending - what was possible right before that
   */
  situation(writer: number, step: number, pending: readonly number[]): number {
    const { worker } = this.event(step);
    const own = pending.filter((one) => this.event(one).worker === worker);
    const name = `${writer} ${worker} ${own.join()}`;
    let number = this.#situationNumbers.get(name);
    if (number === undefined) {
      const options = own.map((one) => this.event(one));
      number = this.#situations.push(situationOf(this.event(step), this.event(writer), options)) - 1;
      this.#situationNumbers.set(name, number);
    }
    return number;
  }

  /**
   * With which probability each of its consequences becomes of a step.
   *
   * @param situation - by its number; 0 where nobody else has written what it touches
   */
  shares(step: number, situation: number): number[] {
    const { exact, alike } = this.#situations[situation]!;
    const { after, all, kind } = this.#steps[step]!;
    const counts = after.get(exact) ?? kind.after.get(alike) ?? (all.length > 0 ? all : kind.all);
    const sum = counts.reduce((one, other) => one + other, 0);
    return counts.map((count) => count / sum);
  }

  #consequencesOf({ event, kind }: KnownStep): NumberedConsequence[] {
    const numbers = (names: Iterable<string>): number[] =>
      this.numbers([...names].map((name) => keyFor(name, event)));
    return kind.outcomes.map(({ came, gone, costlyCame, costlyGone }) => ({
      came: numbers([...came, ...costlyCame]),
      gone: numbers([...gone, ...costlyGone]),
      blind: costlyGone.size === 0,
    }));
  }

  #lookUp(table: Uint8Array, one: number, other: number, find: () => boolean): boolean {
    const at = one * this.#steps.length + other;
    if (table[at] === 0) table[at] = find() ? 2 : 1;
    return table[at] === 2;
  }
}
