import { createHash } from 'node:crypto';
import type { Event, Point } from '../events/event.js';
import { copyWakeups, type Wakeup } from './wakeup-tree.js';

/** A point on the path that is being explored. @internal */
export interface PathNode {
  /** What need not be tried here: it was, here or further up, and nothing since then depends on it. */
  sleep: Event[];
  /** What is still to be run from here, besides `chosen`. */
  readonly wakeup: Wakeup[];
  chosen: Event;
  /** Branches that were finished here. */
  done: number;
}

/**
 * A part of the tree of a search, which can be explored without the rest: what lies below one node of its path.
 *
 * @internal
 */
export interface Part {
  /** From the first step on. What is still to be run counts only below the floor. */
  readonly path: readonly PathNode[];
  /** The rest of the wakeup sequence that its first execution follows. */
  readonly ahead: readonly Wakeup[];
  /** The node that it lies below, by its position on the path. */
  readonly floor: number;
}

/**
 * A branch that waits to be run: where it stands in the wakeup tree, and the part that it will be, unless it grows before.
 *
 * @internal
 */
export interface WaitingBranch {
  readonly wakeup: Wakeup;
  readonly part: () => Part;
}

/** A search whose parts others can explore, while it goes through all executions in its own order. @internal */
export interface Divisible {
  /** The name of the execution that was started: see `planOf`. */
  readonly plan: string;
  /** The steps that the next execution begins with, by their keys. */
  readonly keys: readonly string[];
  /** What lies below the last step of the path. */
  current(): Part;
  /** Takes these for the first points of the execution that was started: each is as it was when one came by it last. */
  resume(points: readonly Point[]): void;
  /** Branches that wait to be run, in their order. */
  branches(): Iterable<WaitingBranch>;
}

/**
 * The name of an execution of a search before it is run. What it does follows from it: the steps up to the branch,
 * what sleeps there, the wakeup sequence; behind its end the calmest step that does not sleep is taken.
 *
 * @internal
 */
export function planOf(path: readonly PathNode[], ahead: readonly Wakeup[]): string {
  const sequence: string[] = [];
  for (let next = ahead[0]; next !== undefined; next = next.children[0]) {
    const { key, heardIn } = next.event;
    sequence.push(heardIn === undefined ? key : `${key} ${heardIn}`);
  }
  const text = JSON.stringify([path.map(({ chosen }) => chosen.key), path.at(-1)?.sleep, sequence]);
  return createHash('sha1').update(text).digest('base64');
}

/** A path that can be explored further without changing this one. @internal */
export function copyPath(path: readonly PathNode[]): PathNode[] {
  return path.map(({ sleep, wakeup, chosen, done }) => ({
    sleep: [...sleep],
    wakeup: copyWakeups(wakeup),
    chosen,
    done,
  }));
}

/**
 * What lies below a node of a path, as a copy.
 *
 * @param ahead - the rest of the wakeup sequence that the next execution follows
 * @param floor - the node, by its position; -1 for all of it
 * @internal
 */
export function partBelow(path: readonly PathNode[], ahead: readonly Wakeup[], floor: number): Part {
  const copy = path.map(({ sleep, wakeup, chosen, done }, at) => ({
    // Above the floor only the steps count, and what sleeps where the next execution branches off.
    sleep: at > floor || at === path.length - 1 ? [...sleep] : [],
    wakeup: at > floor ? copyWakeups(wakeup) : [],
    chosen,
    done,
  }));
  return { path: copy, ahead: copyWakeups(ahead), floor };
}

/** Branches that wait along a path, in the order of a depth-first search: the deepest node first. @internal */
export function* waitingBranches(path: readonly PathNode[]): Generator<WaitingBranch> {
  for (let floor = path.length - 1; floor >= 0; floor--) {
    for (const [nth, wakeup] of path[floor]!.wakeup.entries())
      yield { wakeup, part: () => branchPart(path, floor, nth) };
  }
}

/** A branch as it will be when its turn comes, unless it grows before: those before it are finished and sleep. */
function branchPart(path: readonly PathNode[], floor: number, nth: number): Part {
  const { sleep, wakeup, chosen } = path[floor]!;
  const { event, children } = wakeup[nth]!;
  const before = [chosen, ...wakeup.slice(0, nth).map((other) => other.event)];
  const above = path
    .slice(0, floor)
    .map((node): PathNode => ({ sleep: [], wakeup: [], chosen: node.chosen, done: 0 }));
  const branch: PathNode = { sleep: [...sleep, ...before], wakeup: [], chosen: event, done: 0 };
  return { path: [...above, branch], ahead: copyWakeups(children), floor };
}
