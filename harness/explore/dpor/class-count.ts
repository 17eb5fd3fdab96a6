import { Prng } from '../../clock/prng.js';
import { eventsDependent, type Event, type Limits } from '../event.js';
import { changes, keyFor, situationOf, UNTOUCHED, type KnownStep, type Situation } from './known-steps.js';

/** Places of one level that are gone on from at most. */
const BREADTH = 48;
/** Steps at most; the table of which depend on which grows with their square. */
export const STEPS_MAX = 2000;

/** A place in the tree of a search: what may come next, what sleeps. Steps by their numbers. */
export interface Place {
  readonly pending: readonly number[];
  readonly sleep: readonly number[];
  readonly spent: Readonly<Record<'fault' | 'delay', number>>;
  /** Workers whose place in the line is settled, where workers are alike. */
  readonly settled: readonly number[];
  /** Of steps that turn out in different ways; by their numbers, too. */
  readonly situations: ReadonlyMap<number, number>;
}

/** A place and for how many it stands: not always a whole number. */
export type Weighted = readonly [place: Place, weight: number];

interface NumberedOutcome {
  readonly came: readonly number[];
  readonly gone: readonly number[];
  /** It was never seen what becomes of the faults that could have hit the step. */
  readonly blind: boolean;
}

/**
 * Counts the classes of executions that steps like those seen so far can make, without running any: the leaves of a
 * depth-first search with sleep sets, level by level. Places where the same may come and the same sleeps are counted
 * as one, with the sum of their weights. Where that leaves more of them than `BREADTH`, some are drawn that stand for
 * the others, so that the count stays right on average (Chen: Heuristic Sampling: A Method for Predicting the
 * Performance of Tree Searching Programs, SIAM Journal on Computing 21, 1992, whose strata these places are); else it
 * is exact, as far as the steps are known.
 */
export class ClassCount {
  readonly #numbers = new Map<string, number>();
  readonly #steps: readonly KnownStep[];
  readonly #outcomes: readonly NumberedOutcome[][];
  readonly #uncertain: readonly number[];
  readonly #dependent: Uint8Array;
  readonly #reaching: Uint8Array;
  readonly #changing: Uint8Array;
  readonly #situations: Situation[] = [UNTOUCHED];
  readonly #situationNumbers = new Map<string, number>();
  readonly #following: (ReadonlySet<number> | undefined)[] = [];

  constructor(
    steps: ReadonlyMap<string, KnownStep>,
    readonly limits: Limits,
  ) {
    for (const key of steps.keys()) this.#numbers.set(key, this.#numbers.size);
    this.#steps = [...steps.values()];
    this.#outcomes = this.#steps.map((step) => this.#outcomesOf(step));
    this.#uncertain = [...this.#outcomes.keys()].filter((step) => this.#outcomes[step]!.length > 1);
    this.#dependent = new Uint8Array(steps.size ** 2);
    this.#reaching = new Uint8Array(steps.size ** 2);
    this.#changing = new Uint8Array(steps.size ** 2);
  }

  numbers(events: readonly Event[]): number[] {
    return this.#known(events.map(({ key }) => key));
  }

  /** The place where nothing has happened yet. */
  root(options: readonly Event[]): Place {
    const pending = this.numbers(options);
    return { pending, sleep: [], spent: { fault: 0, delay: 0 }, settled: [], situations: new Map() };
  }

  /** The place after a step, where it is known what may come next. */
  after(place: Place, step: number, options: readonly Event[]): Place {
    return { ...this.#noted(place, step), pending: this.numbers(options) };
  }

  /** May a step be taken, besides that it does not sleep? */
  enabled({ spent, settled }: Place, step: number): boolean {
    const { cost, follows = [] } = this.#event(step);
    return (
      (cost === undefined || spent[cost] < this.limits[cost]) && follows.every((one) => settled.includes(one))
    );
  }

  /** Where a step may lead. */
  next(place: Place, step: number, sleep: readonly number[]): Weighted[] {
    const noted = this.#noted(place, step);
    const asleep = sleep.filter((other) => !this.#areDependent(other, step));
    const outcomes = this.#outcomes[step]!;
    if (outcomes.length === 0) {
      // Seen as possible only: for all that is known its worker ends.
      const gone = place.pending.filter((other) => this.#event(other).worker === this.#event(step).worker);
      return [[this.#resulting(noted, step, { came: [], gone, blind: true }, asleep), 1]];
    }
    const shares = this.#shares(step, this.#situations[place.situations.get(step) ?? 0]!);
    return outcomes.flatMap((outcome, at): Weighted[] => {
      const share = shares[at] ?? 0;
      return share === 0 ? [] : [[this.#resulting(noted, step, outcome, asleep), share]];
    });
  }

  /** @param starts - places to begin at, by how many steps lead to them */
  count(starts: readonly (readonly Weighted[])[]): number {
    const prng = new Prng(1);
    let classes = 0;
    let level = new Map<string, [Place, number]>();
    // No step is taken twice, so what goes on for longer only seems to.
    const deepest = starts.length + this.#steps.length;
    for (let depth = 0; depth < starts.length || (level.size > 0 && depth < deepest); depth++) {
      for (const start of starts[depth] ?? []) merge(level, start);
      const places = drawn([...level.values()], prng);
      level = new Map();
      for (const [place, weight] of places) {
        if (place.pending.length === 0) classes += weight;
        else for (const [below, share] of this.#below(place)) merge(level, [below, weight * share]);
      }
    }
    return classes;
  }

  #below(place: Place): Weighted[] {
    const { pending, sleep } = place;
    // What nothing still to come can have to do with may as well come first; where it sleeps, all is seen already.
    const first = pending.find((step) => this.enabled(place, step) && this.#isIndifferent(pending, step));
    if (first !== undefined) return sleep.includes(first) ? [] : this.next(place, first, sleep);
    const asleep = [...sleep];
    const found: Weighted[] = [];
    for (const step of pending) {
      if (sleep.includes(step) || !this.enabled(place, step)) continue;
      found.push(...this.next(place, step, asleep));
      asleep.push(step);
    }
    return found;
  }

  #isIndifferent(pending: readonly number[], step: number): boolean {
    const { worker } = this.#event(step);
    return pending.every(
      (other) => other === step || (this.#event(other).worker !== worker && !this.#mayReach(other, step)),
    );
  }

  /** What is true after a step, however it turns out. */
  #noted(place: Place, step: number): Place {
    const { spent, settled, pending } = place;
    const event = this.#event(step);
    const { cost, settles = [] } = event;
    const situations = new Map(place.situations);
    for (const other of this.#uncertain)
      if (this.#changes(step, other)) situations.set(other, this.#situation(step, other, pending));
    return {
      ...place,
      spent: cost === undefined ? spent : { ...spent, [cost]: spent[cost] + 1 },
      settled: settles.length === 0 ? settled : [...new Set([...settled, ...settles])].sort((a, b) => a - b),
      situations,
    };
  }

  #resulting(noted: Place, step: number, outcome: NumberedOutcome, asleep: readonly number[]): Place {
    const { came, gone, blind } = outcome;
    const { worker } = this.#event(step);
    const unclear = (other: number): boolean => {
      const event = this.#event(other);
      return blind && event.worker === worker && event.cost !== undefined;
    };
    const left = noted.pending.filter((other) => other !== step && !gone.includes(other) && !unclear(other));
    const pending = [...new Set([...left, ...came])].filter((other) => this.#isAffordable(noted, other));
    pending.sort((a, b) => a - b);
    const situations = new Map(noted.situations);
    for (const other of situations.keys()) if (!this.#mayStillCome(pending, other)) situations.delete(other);
    return { ...noted, pending, sleep: asleep.filter((other) => pending.includes(other)), situations };
  }

  #isAffordable({ spent }: Place, step: number): boolean {
    const { cost } = this.#event(step);
    return cost === undefined || spent[cost] < this.limits[cost];
  }

  #mayStillCome(pending: readonly number[], step: number): boolean {
    const { worker } = this.#event(step);
    return pending.some((one) => this.#event(one).worker === worker && this.#after(one).has(step));
  }

  /** With which probability a step turns out in which way. */
  #shares(step: number, { exact, alike }: Situation): number[] {
    const { after, all, kind } = this.#steps[step]!;
    const counts = after.get(exact) ?? kind.after.get(alike) ?? (all.length > 0 ? all : kind.all);
    const sum = counts.reduce((one, other) => one + other, 0);
    return counts.map((count) => count / sum);
  }

  #event(step: number): Event {
    return this.#steps[step]!.event;
  }

  #known(keys: readonly string[]): number[] {
    return keys.flatMap((key) => this.#numbers.get(key) ?? []).sort((a, b) => a - b);
  }

  #outcomesOf({ event, kind }: KnownStep): NumberedOutcome[] {
    const numbers = (names: Iterable<string>): number[] =>
      this.#known([...names].map((name) => keyFor(name, event)));
    return kind.outcomes.map(({ came, gone, costlyCame, costlyGone }) => ({
      came: numbers([...came, ...costlyCame]),
      gone: numbers([...gone, ...costlyGone]),
      blind: costlyGone.size === 0,
    }));
  }

  #areDependent(one: number, other: number): boolean {
    return this.#table(this.#dependent, one, other, () => {
      const [a, b] = [this.#event(one), this.#event(other)];
      return a.worker === b.worker || eventsDependent(a, b);
    });
  }

  /** May a step, or something that comes after it, depend on another one? */
  #mayReach(one: number, other: number): boolean {
    return this.#table(this.#reaching, one, other, () =>
      [...this.#after(one)].some((later) => this.#areDependent(later, other)),
    );
  }

  #changes(writer: number, step: number): boolean {
    return this.#table(this.#changing, writer, step, () => changes(this.#event(writer), this.#event(step)));
  }

  /** The number of the situation of a step, once a writer has written what it touches. */
  #situation(writer: number, step: number, pending: readonly number[]): number {
    const { worker } = this.#event(step);
    const own = pending.filter((one) => this.#event(one).worker === worker);
    const name = `${writer} ${worker} ${own.join()}`;
    let number = this.#situationNumbers.get(name);
    if (number === undefined) {
      const options = own.map((one) => this.#event(one));
      number = this.#situations.push(situationOf(this.#event(step), this.#event(writer), options)) - 1;
      this.#situationNumbers.set(name, number);
    }
    return number;
  }

  #table(table: Uint8Array, one: number, other: number, find: () => boolean): boolean {
    const at = one * this.#steps.length + other;
    if (table[at] === 0) table[at] = find() ? 2 : 1;
    return table[at] === 2;
  }

  /** The step, and all that it may lead to. */
  #after(step: number): ReadonlySet<number> {
    const known = this.#following[step];
    if (known !== undefined) return known;
    const found = new Set([step]);
    for (const one of found)
      for (const { came } of this.#outcomes[one]!) for (const later of came) found.add(later);
    this.#following[step] = found;
    return found;
  }
}

function merge(level: Map<string, [Place, number]>, [place, weight]: Weighted): void {
  const { pending, sleep, spent, settled, situations } = place;
  const told = [...situations].sort(([a], [b]) => a - b);
  const parts = [pending, [...sleep].sort((a, b) => a - b), [spent.fault, spent.delay], settled, told];
  const name = parts.map((part) => part.join()).join('|');
  const known = level.get(name);
  if (known === undefined) level.set(name, [place, weight]);
  else known[1] += weight;
}

/** Some places that stand for all of them (systematic sampling): the heavier one is, the more often it is drawn. */
function drawn(places: readonly (readonly [Place, number])[], prng: Prng): readonly Weighted[] {
  if (places.length <= BREADTH) return places;
  const unit = places.reduce((sum, [, weight]) => sum + weight, 0) / BREADTH;
  let mark = prng.unit() * unit;
  let passed = 0;
  const found: Weighted[] = [];
  for (const [place, weight] of places) {
    passed += weight;
    const times = Math.max(0, Math.ceil((passed - mark) / unit));
    mark += times * unit;
    if (times > 0) found.push([place, times * unit]);
  }
  return found;
}
