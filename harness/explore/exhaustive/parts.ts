import type { Ending } from '../dpor/search.js';
import type { Part } from '../dpor/part.js';
import type { CostLimits, Point, Event } from '../events/event.js';
import type { Sights } from '../sights/sights.js';
import type { KnownShapes } from '../events/known-shapes.js';
import type { SavedAspect } from './observer/aspects.js';
import type { HeldBack } from './observer/observed.js';

/** The first executions of a part, for another process. @internal */
export interface PartAsk {
  readonly limits: CostLimits;
  readonly part: Part;
  /** Executions at most. */
  readonly executions: number;
  /** What is known to matter besides keys and connections. */
  readonly aspects: readonly SavedAspect[];
  readonly shapes: KnownShapes;
}

/** An execution of a search that it has not run itself: all that it has to know of it. @internal */
export interface TakenExecution {
  readonly points: readonly Point[];
  /** So many of them, from the first, are points that the search comes by again. Default: it is to find out. */
  readonly resumed?: number;
  readonly ending: Ending;
  readonly left: readonly Event[];
  readonly capped: string | undefined;
  /** Which planned faults could have struck, by their place in the plan. */
  readonly offered: readonly number[];
  /** What raced in it, and what it reached. */
  readonly sights: Sights;
  readonly heldBack: HeldBack;
  /** Commands that it was the first to use. */
  readonly learnt: KnownShapes;
}

/** The same, as it was run by another process. @internal */
export interface PlayedExecution extends TakenExecution {
  readonly plan: string;
}

/** What another process made of a part. @internal */
export interface PartAnswer {
  readonly played: readonly PlayedExecution[];
  /** What is left of the part, unless it is done or was given up. */
  readonly rest: Part | undefined;
  /** The execution at which it was given up: the first process must run that one itself. */
  readonly refused: string | undefined;
}

/** What an exhaustive search asks of a crew. @internal */
export interface PartTasks {
  readonly part: { readonly ask: PartAsk; readonly answer: PartAnswer };
}
