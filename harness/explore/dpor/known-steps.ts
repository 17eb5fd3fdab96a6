import type { Event, Limits, Point } from '../event.js';
import { isKey } from '../resources.js';

/** What became possible after a step, and what ceased to be. Names as `nameFor` gives them. */
export interface Outcome {
  readonly came: readonly string[];
  readonly gone: readonly string[];
  /** The same for steps that use up a limit, as far as some of it was left. */
  readonly costlyCame: Set<string>;
  readonly costlyGone: Set<string>;
}

/** How often each outcome was seen: in all, and by situation. */
interface Seen {
  readonly all: number[];
  readonly after: Map<string, number[]>;
}

/** Steps that do the same in different workers. */
export interface Kind extends Seen {
  readonly outcomes: Outcome[];
}

export interface KnownStep extends Seen {
  /** As it was performed last. */
  event: Event;
  readonly kind: Kind;
}

/** What decides how a step turns out, as far as this is looked at: exactly, and whichever workers these are. */
export interface Situation {
  readonly exact: string;
  readonly alike: string;
}

/** Nobody else has written what the step touches. */
export const UNTOUCHED: Situation = { exact: '', alike: '' };

/** A `KnownSteps` as data. */
export interface SavedSteps {
  readonly kinds: readonly {
    readonly name: string;
    readonly outcomes: readonly (readonly [string[], string[], string[], string[]])[];
    readonly all: readonly number[];
    readonly after: readonly (readonly [string, number[]])[];
  }[];
  readonly steps: readonly {
    readonly event: Event;
    readonly kind: string;
    readonly all: readonly number[];
    readonly after: readonly (readonly [string, number[]])[];
  }[];
}

const WORKER = /^w\d+\./;

/** The key of a step as the worker of another step would say it. */
export function nameFor(key: string, of: Event): string {
  const own = WORKER.exec(of.key)?.[0];
  return own !== undefined && key.startsWith(own) ? `~${key.slice(own.length)}` : key;
}

/** The key that such a name stands for. */
export function keyFor(name: string, of: Event): string {
  return name.startsWith('~') ? `${WORKER.exec(of.key)?.[0] ?? ''}${name.slice(1)}` : name;
}

/**
 * Where a step stands.
 *
 * @param writer - who wrote last what it touches
 * @param pending - what was possible right before that: how far its own worker had come
 */
export function situationOf({ worker }: Event, writer: Event, pending: readonly Event[]): Situation {
  const own = pending.filter((event) => event.worker === worker && event.cost === undefined);
  const exact = [writer, ...own].map(({ key }) => key);
  return { exact: exact.join(), alike: exact.map((key) => key.replace(WORKER, '~')).join() };
}

/** Does a step of another worker write what this one touches? */
export function changes(writer: Event, { worker, footprint }: Event): boolean {
  if (writer.worker === worker) return false;
  if (writer.footprint === 'everything' || footprint === 'everything') return true;
  return writer.footprint.some(
    ({ resource, mode }) => mode !== 'read' && footprint.some((touched) => touched.resource === resource),
  );
}

/**
 * What a search has seen of every step: what became possible after it and what ceased to be. A step that turned out
 * now this way and now that (a lock that was free or taken) is told by what was written before; where that was not seen
 * yet, by what happened to a step that does the same in another worker.
 */
export class KnownSteps {
  readonly steps = new Map<string, KnownStep>();
  readonly #kinds = new Map<string, Kind>();

  constructor(readonly limits: Limits) {}

  /**
   * @param points - an execution
   * @param end - what was possible at its end; undefined where that is not known
   * @param from - the first step that is not known already
   */
  learn(points: readonly Point[], end: readonly Event[] | undefined, from: number): void {
    const spent = { fault: 0, delay: 0 };
    for (const [at, { event, options, waiting }] of points.entries()) {
      if (event.cost !== undefined) spent[event.cost] += 1;
      if (at < from) continue;
      const before = [...options, ...waiting];
      for (const option of before) this.#step(option);
      this.#step(event).event = event;
      const next = points[at + 1];
      const after = next === undefined ? end : [...next.options, ...next.waiting];
      if (after === undefined) continue;
      const left = (cost: Event['cost']): boolean => cost !== undefined && spent[cost] < this.limits[cost];
      this.#turnedOut(event, changeOf(event, before, after, left), situationAt(points, at));
    }
  }

  save(): SavedSteps {
    const names = new Map([...this.#kinds].map(([name, kind]) => [kind, name]));
    return {
      kinds: [...this.#kinds].map(([name, { outcomes, all, after }]) => ({
        name,
        outcomes: outcomes.map(({ came, gone, costlyCame, costlyGone }) => [
          [...came],
          [...gone],
          [...costlyCame],
          [...costlyGone],
        ]),
        all: [...all],
        after: copied(after),
      })),
      steps: [...this.steps.values()].map(({ event, kind, all, after }) => ({
        event,
        kind: names.get(kind)!,
        all: [...all],
        after: copied(after),
      })),
    };
  }

  restore({ kinds, steps }: SavedSteps): void {
    this.#kinds.clear();
    this.steps.clear();
    for (const { name, outcomes, all, after } of kinds)
      this.#kinds.set(name, {
        outcomes: outcomes.map(([came, gone, costlyCame, costlyGone]) => ({
          came,
          gone,
          costlyCame: new Set(costlyCame),
          costlyGone: new Set(costlyGone),
        })),
        all: [...all],
        after: new Map(copied(after)),
      });
    for (const { event, kind, all, after } of steps)
      this.steps.set(event.key, {
        event,
        kind: this.#kinds.get(kind)!,
        all: [...all],
        after: new Map(copied(after)),
      });
  }

  #step(event: Event): KnownStep {
    const known = this.steps.get(event.key);
    if (known !== undefined) return known;
    const name = `${nameFor(event.key, event)} ${keysOf(event)}`;
    const kind: Kind = this.#kinds.get(name) ?? { outcomes: [], all: [], after: new Map() };
    this.#kinds.set(name, kind);
    const step = { event, kind, all: [], after: new Map() };
    this.steps.set(event.key, step);
    return step;
  }

  #turnedOut(event: Event, change: Outcome, { exact, alike }: Situation): void {
    const step = this.#step(event);
    const { outcomes, all, after } = step.kind;
    const same = ({ came, gone }: Outcome): boolean =>
      came.join() === change.came.join() && gone.join() === change.gone.join();
    let which = outcomes.findIndex(same);
    if (which < 0) which = outcomes.push(change) - 1;
    for (const name of change.costlyCame) outcomes[which]!.costlyCame.add(name);
    for (const name of change.costlyGone) outcomes[which]!.costlyGone.add(name);
    count(step.all, which);
    count(all, which);
    count(countsIn(after, alike), which);
    if (outcomes.length > 1) count(countsIn(step.after, exact), which);
  }
}

/** @param left - is there something left of such a limit? */
function changeOf(
  event: Event,
  before: readonly Event[],
  after: readonly Event[],
  left: (cost: Event['cost']) => boolean,
): Outcome {
  const had = new Set(before.map(({ key }) => key));
  const has = new Set(after.map(({ key }) => key));
  const came = after.filter(({ key }) => !had.has(key));
  const gone = before.filter(({ key }) => key !== event.key && !has.has(key));
  const names = (events: readonly Event[]): string[] => events.map(({ key }) => nameFor(key, event)).sort();
  return {
    came: names(came.filter(({ cost }) => cost === undefined)),
    gone: names(gone.filter(({ cost }) => cost === undefined)),
    costlyCame: new Set(names(came.filter(({ cost }) => left(cost)))),
    costlyGone: new Set(names(gone.filter(({ cost }) => left(cost)))),
  };
}

function situationAt(points: readonly Point[], at: number): Situation {
  const { event } = points[at]!;
  for (let before = at - 1; before >= 0; before--) {
    const { event: writer, options, waiting } = points[before]!;
    if (changes(writer, event)) return situationOf(event, writer, [...options, ...waiting]);
  }
  return UNTOUCHED;
}

function keysOf({ footprint }: Event): string {
  if (footprint === 'everything') return footprint;
  const used = footprint.filter(({ resource }) => isKey(resource));
  return used
    .map(({ resource, mode }) => `${mode} ${resource}`)
    .sort()
    .join();
}

function count(counts: number[], which: number): void {
  while (counts.length <= which) counts.push(0);
  counts[which]! += 1;
}

function countsIn(after: Map<string, number[]>, situation: string): number[] {
  let counts = after.get(situation);
  if (counts === undefined) after.set(situation, (counts = []));
  return counts;
}

function copied(after: Iterable<readonly [string, readonly number[]]>): [string, number[]][] {
  return [...after].map(([situation, counts]) => [situation, [...counts]]);
}
