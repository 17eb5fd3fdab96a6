import { OptimalSearch } from '../dpor/optimal.js';
import type { PathNode } from '../dpor/part.js';
import type { Ending } from '../dpor/search.js';
import type { CostLimits, Event, Trace } from '../events/event.js';
import type { Leaf, TreeBranch, TreePoint } from './execution-tree.js';

/** A search that keeps all that it was asked, and what it did: for people who want to see it. @internal */
export class WatchedSearch extends OptimalSearch {
  root: TreePoint | undefined;
  /** The execution that runs: its points, and the branches that were taken there. */
  #points: TreePoint[] = [];
  #branches: TreeBranch[] = [];
  /** What the last execution came to, until somebody says more of it. */
  #ended: TreeBranch | undefined;

  /** @param performedSteps - how many steps the execution that runs has performed */
  constructor(
    limits: CostLimits,
    readonly performedSteps: () => number = () => 0,
  ) {
    super(limits);
  }

  override start(): boolean {
    this.#points = [];
    this.#branches = [];
    this.#ended = undefined;
    return super.start();
  }

  override choose(options: readonly Event[], waiting: readonly Event[] = []): number | undefined {
    this.#points.push(this.#pointHere(options, waiting));
    return super.choose(options, waiting);
  }

  override performed(event: Event): void {
    const { taken } = this.#points.at(-1)!;
    const branch = taken.get(event.key) ?? { event, point: undefined, leaf: undefined };
    branch.event = event;
    taken.set(event.key, branch);
    this.#branches.push(branch);
    super.performed(event);
  }

  override finish(ending: Ending, left?: readonly Event[]): void {
    this.#ended = this.#branches.at(-1);
    super.finish(ending, left);
  }

  /** Says what the execution came to that was finished last. @returns false where it has no place on the tree */
  note(leaf: Leaf): boolean {
    if (this.#ended === undefined) return false;
    this.#ended.leaf = leaf;
    return true;
  }

  protected override learn(trace: Trace, path: readonly PathNode[]): void {
    super.learn(trace, path);
    for (const [at, { sleep, wakeup }] of path.entries()) {
      const point = this.#points[at];
      if (point === undefined) continue;
      point.asleep = new Set(sleep.map(({ key }) => key));
      point.planned = new Set(wakeup.map(({ event }) => event.key));
    }
  }

  /** Where the execution stands: known where one before it went the same way. */
  #pointHere(options: readonly Event[], waiting: readonly Event[]): TreePoint {
    const last = this.#branches.at(-1);
    const known = last === undefined ? this.root : last.point;
    if (known !== undefined) return known;
    const point: TreePoint = {
      ...{ steps: this.performedSteps(), options, waiting, taken: new Map() },
      ...{ asleep: new Set<string>(), planned: new Set<string>() },
    };
    if (last === undefined) this.root = point;
    else last.point = point;
    return point;
  }
}
