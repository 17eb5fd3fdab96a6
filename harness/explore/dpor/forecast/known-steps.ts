import type { Event, CostLimits, Point } from '../../events/event.js';
import { isKey } from '../../events/resources.js';
import { nameFor } from './relative-names.js';
import { situationAt, type Situation } from './situation.js';

/** What became possible after a step, and what ceased to be. Names as `nameFor` gives them. @internal */
export interface Consequence {
  readonly came: readonly string[];
  readonly gone: readonly string[];
  /** The same for steps that use up a limit, as far as some of it was left. */
  readonly costlyCame: Set<string>;
  readonly costlyGone: Set<string>;
}

/** How often each consequence was seen: in all, and by situation. */
interface Seen {
  readonly all: number[];
  readonly after: Map<string, number[]>;
}

/** Steps that do the same in different workers. @internal */
export interface StepKind extends Seen {
  readonly outcomes: Consequence[];
}

/** A step, and what was seen of it. @internal */
export interface KnownStep extends Seen {
  /** As it was performed last. */
  event: Event;
  readonly kind: StepKind;
}

/** What was seen, as data. */
interface SavedSeen {
  readonly all: readonly number[];
  readonly after: readonly (readonly [situation: string, counts: number[]])[];
}

/** A `Consequence` as data. */
type SavedConsequence = readonly [came: string[], gone: string[], costlyCame: string[], costlyGone: string[]];

/** A `KnownSteps` as data. @internal */
export interface SavedSteps {
  readonly kinds: readonly (SavedSeen & {
    readonly name: string;
    readonly outcomes: readonly SavedConsequence[];
  })[];
  readonly steps: readonly (SavedSeen & { readonly event: Event; readonly kind: string })[];
}

/**
 * What a search has seen of every step: what became possible after it and what ceased to be. A step that turned out
 * now this way and now that (a lock that was free or taken) is told by what was written before; where that was not seen
 * yet, by what happened to a step that does the same in another worker.
 *
 * @internal
 */
export class KnownSteps {
  readonly steps = new Map<string, KnownStep>();
  readonly #kinds = new Map<string, StepKind>();

  constructor(readonly limits: CostLimits) {}

  /**
   * Takes note of an execution.
   *
   * @param points - all of it
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

  /** A copy as data, which goes into the file of `--resume`. */
  save(): SavedSteps {
    const names = new Map([...this.#kinds].map(([name, kind]) => [kind, name]));
    return {
      kinds: Array.from(this.#kinds, ([name, kind]) => ({
        name,
        outcomes: kind.outcomes.map(({ came, gone, costlyCame, costlyGone }) => [
          [...came],
          [...gone],
          [...costlyCame],
          [...costlyGone],
        ]),
        ...savedOf(kind),
      })),
      steps: Array.from(this.steps.values(), (step) => ({
        event: step.event,
        kind: names.get(step.kind)!,
        ...savedOf(step),
      })),
    };
  }

  /** Forgets all, and goes on with what was saved. */
  restore({ kinds, steps }: SavedSteps): void {
    this.#kinds.clear();
    this.steps.clear();
    for (const { name, outcomes, ...seen } of kinds)
      this.#kinds.set(name, {
        outcomes: outcomes.map(([came, gone, costlyCame, costlyGone]) => ({
          came,
          gone,
          costlyCame: new Set(costlyCame),
          costlyGone: new Set(costlyGone),
        })),
        ...restoredFrom(seen),
      });
    for (const { event, kind, ...seen } of steps)
      this.steps.set(event.key, { event, kind: this.#kinds.get(kind)!, ...restoredFrom(seen) });
  }

  #step(event: Event): KnownStep {
    const known = this.steps.get(event.key);
    if (known !== undefined) return known;
    const name = `${nameFor(event.key, event)} ${keysOf(event)}`;
    const kind: StepKind = this.#kinds.get(name) ?? { outcomes: [], all: [], after: new Map() };
    this.#kinds.set(name, kind);
    const step = { event, kind, all: [], after: new Map() };
    this.steps.set(event.key, step);
    return step;
  }

  #turnedOut(event: Event, change: Consequence, { exact, alike }: Situation): void {
    const step = this.#step(event);
    const { outcomes, all, after } = step.kind;
    const same = ({ came, gone }: Consequence): boolean =>
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
): Consequence {
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

function savedOf({ all, after }: Seen): SavedSeen {
  return { all: [...all], after: copied(after) };
}

function restoredFrom({ all, after }: SavedSeen): Seen {
  return { all: [...all], after: new Map(copied(after)) };
}

function copied(after: Iterable<readonly [string, readonly number[]]>): [string, number[]][] {
  return [...after].map(([situation, counts]) => [situation, [...counts]]);
}
