import { createHash } from 'node:crypto';
import type { Ending } from '../dpor/search.js';
import type { Node } from '../dpor/tree-search.js';
import type { Wakeup } from '../dpor/wakeup-tree.js';
import type { Limits, Point, Event } from '../event.js';
import type { KnownShapes } from '../footprints/command-footprints.js';

/** A part of the tree of a search, which can be explored without the rest: what lies below one node of its path. */
export interface Part {
  /** From the first step on. What is still to be run counts only below the floor. */
  readonly path: readonly Node[];
  /** The rest of the wakeup sequence that its first execution follows. */
  readonly ahead: readonly Wakeup[];
  /** The node that it lies below, by its position on the path. */
  readonly floor: number;
}

/** The first executions of a part, for another process. */
export interface PartAsk {
  readonly limits: Limits;
  readonly part: Part;
  /** Executions at most. */
  readonly executions: number;
  /** What is known to matter besides keys and connections. */
  readonly aspects: readonly unknown[];
  readonly shapes: KnownShapes;
}

/** An execution of a search as it was run by another process: all that the search has to know of it. */
export interface PlayedExecution {
  readonly plan: string;
  readonly points: readonly Point[];
  readonly ending: Ending;
  readonly left: readonly Event[];
  readonly capped: string | undefined;
  /** Which planned faults could have struck, by their place in the plan. */
  readonly offered: readonly number[];
  readonly heldBack: boolean;
  /** Commands that it was the first to use. */
  readonly learnt: KnownShapes;
}

export interface PartAnswer {
  readonly played: readonly PlayedExecution[];
  /** What is left of the part, unless it is done or was given up. */
  readonly rest: Part | undefined;
  /** The execution at which it was given up: the first process must run that one itself. */
  readonly refused: string | undefined;
}

/**
 * The name of an execution of a search before it is run. What it does follows from it: the steps up to the branch,
 * what sleeps there, the wakeup sequence; behind its end the calmest step that does not sleep is taken.
 */
export function planOf(path: readonly Node[], ahead: readonly Wakeup[]): string {
  const sequence: string[] = [];
  for (let next = ahead[0]; next !== undefined; next = next.children[0]) sequence.push(next.event.key);
  const text = JSON.stringify([path.map(({ chosen }) => chosen.key), path.at(-1)?.sleep, sequence]);
  return createHash('sha1').update(text).digest('base64');
}

/** A copy that later changes of the tree do not reach. */
export function copyWakeups(children: readonly Wakeup[]): Wakeup[] {
  return children.map(({ event, children: below }) => ({ event, children: copyWakeups(below) }));
}
