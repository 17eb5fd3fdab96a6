import type { Bounds } from '../../record/verdict.js';
import type { Finding } from '../../execution/judge/finding.js';
import type { Event } from '../events/event.js';

/** How an execution of a tree came out. @internal */
export type LeafKind = Finding['kind'] | 'passes' | 'incomplete' | 'given up';

/** An execution that was run: the end of a way through the tree. @internal */
export interface Leaf {
  /** 1 for the first that was run. */
  readonly execution: number;
  readonly kind: LeafKind;
  /** The invariant that broke, or the limit that was hit; empty where it passes. */
  readonly what: string;
  /** As `Tape` writes it. */
  readonly tape: string;
  readonly steps: number;
}

/** A point at which something could be chosen. @internal */
export interface TreePoint {
  /** Steps before it, those included that are no choice of the search. */
  readonly steps: number;
  /** What could happen, calmest first. */
  readonly options: readonly Event[];
  /** What could happen, too, but waits until workers that are alike have taken their places. */
  readonly waiting: readonly Event[];
  /** What was run from here, by the keys of its first steps, in the order in which it was run. */
  readonly taken: Map<string, TreeBranch>;
  /** Keys of what need not be run from here, as the search has it: it sleeps. Empty before an execution came to its end. */
  asleep: ReadonlySet<string>;
  /** Keys of what the search was still to run from here when somebody looked last. */
  planned: ReadonlySet<string>;
}

/** A step that was taken, and where it leads. @internal */
export interface TreeBranch {
  /** With the footprint that it turned out to have. */
  event: Event;
  /** Undefined where the execution ended with it, or is under way. */
  point: TreePoint | undefined;
  /** Its end, where it ends here. */
  leaf: Leaf | undefined;
}

/** What an exhaustive search has run of a scenario. @internal */
export interface ExecutionTree {
  /** Undefined where not even one execution came to a choice. */
  readonly root: TreePoint | undefined;
  readonly leaves: readonly Leaf[];
  /** Everything within the bounds was run, or is the same as something that was. */
  readonly complete: boolean;
  readonly bounds: Bounds;
  /** The bound that ended it, in words; empty where it is complete. */
  readonly endedBy: string;
  /** Executions before it turned out that more matters than was known: they are not on the tree. */
  readonly lost: number;
}
