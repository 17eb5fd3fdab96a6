import type { Event } from '../../explore/events/event.js';
import type { TreePoint } from '../../explore/tree/execution-tree.js';
import { sameAs, type RunExecution, type SameAs } from '../../explore/tree/same-as.js';

/** Pairs of steps that are compared at most for one tree: a large one says less. */
const PAIRS_MAX = 20_000_000;

/** A point on the way from the root, the step that led to it, and what was run below it. @internal */
export interface Place {
  readonly point: TreePoint;
  /** What was run from here, by the keys of the first steps: the number of the first execution and of the last. */
  readonly spans: ReadonlyMap<string, readonly [first: number, last: number]>;
  /** Steps that lead here. */
  readonly prefix: readonly Event[];
}

/** Looks for executions that are the same as ones that were not run. @internal */
export class Equals {
  #left = PAIRS_MAX;

  /** @param executions - in the order of their numbers */
  constructor(readonly executions: readonly RunExecution[]) {}

  /**
   * An execution that is the same as one that begins with a step that was not taken here.
   *
   * @param ways - the points from the root to here, this one last
   * @returns undefined where there is none, or looking for it takes too long
   */
  of(option: Event, ways: readonly Place[]): SameAs | undefined {
    const here = ways.at(-1)!;
    const wanted = [...here.prefix, option];
    // Where it was tried before, or what was run instead of it, is the likeliest.
    const near = [...ways.toReversed().map(({ spans }) => spans.get(option.key)), spanOf(here)];
    const seen = new Set<number>();
    for (const span of [...near, [1, this.executions.length] as const]) {
      if (span === undefined) continue;
      for (let number = span[0]; number <= span[1]; number++) {
        if (seen.has(number)) continue;
        seen.add(number);
        const run = this.executions[number - 1]!;
        this.#left -= run.events.length * wanted.length;
        if (this.#left < 0) return undefined;
        const same = sameAs(wanted, run);
        if (same !== undefined) return same;
      }
    }
    return undefined;
  }

  /** When an option was tried that sleeps now. @param ways - as above */
  tried({ key }: Event, ways: readonly Place[]): readonly [first: number, last: number] | undefined {
    return ways
      .toReversed()
      .map(({ spans }) => spans.get(key))
      .find((span) => span !== undefined);
  }
}

function spanOf({ spans }: Place): readonly [first: number, last: number] | undefined {
  const all = [...spans.values()];
  return all.length === 0 ? undefined : [all[0]![0], all.at(-1)![1]];
}
