import type { Event } from '../events/event.js';
import type { AccessMode } from '../events/footprint.js';
import { ContradictionError } from './local-states.js';
import type { Lesson } from './teacher.js';

/** What invariants missed, of an execution with which nothing is wrong. @internal */
export type Nothing = readonly (readonly [invariant: string, missing: string])[];

/** Names of the resources that stand for a look at the history. */
const LOOK = /^history/;

/**
 * Ends of executions that were judged and found to be right: what the store holds, what each worker was told and did, and the
 * order of all that an invariant looks at in the history.
 *
 * @internal
 */
export class JudgedEnds {
  readonly #known = new Map<string, Nothing>();

  /** How many are known. */
  get size(): number {
    return this.#known.size;
  }

  /** What was missing in one; undefined where nobody has judged its like. */
  of(end: string): Nothing | undefined {
    return this.#known.get(end);
  }

  /** Learns, or checks, what the judgement was. @throws ContradictionError */
  learn(end: string, nothing: Nothing): void {
    const known = this.#known.get(end);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(nothing))
      throw new ContradictionError('an invariant depends on more than the store and the history');
    this.#known.set(end, nothing);
  }

  /** Others look at other things. */
  forget(): void {
    this.#known.clear();
  }
}

/** All that a judgement may depend on, as text. @internal */
export function endOf({ store, nodes, wallMs }: Lesson, events: readonly Event[]): string {
  const looks = new Map<string, [key: string, mode: AccessMode][]>();
  for (const { key, footprint } of events) {
    if (footprint === 'everything') continue;
    for (const { resource, mode } of footprint) {
      if (!LOOK.test(resource)) continue;
      const known = looks.get(resource);
      if (known === undefined) looks.set(resource, [[key, mode]]);
      else known.push([key, mode]);
    }
  }
  const orders = [...looks].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, all]) => [name, ordered(all)]);
  return JSON.stringify([store.text(wallMs), nodes.map(({ id }) => id), wallMs, orders]);
}

/** The order of looks, without that of those next to each other which may be swapped. */
function ordered(all: readonly (readonly [key: string, mode: AccessMode])[]): string[][] {
  const groups: string[][] = [];
  let last: AccessMode = 'write';
  for (const [key, mode] of all) {
    if (mode === 'write' || mode !== last) groups.push([]);
    groups.at(-1)!.push(`${mode} ${key}`);
    last = mode;
  }
  for (const group of groups) group.sort();
  return groups;
}
