import { dependent, type Footprint } from './footprint.js';
import { sets } from './resources.js';

/**
 * What an execution may contain only so many of: faults, and timers that fire although their worker could go on.
 *
 * @internal
 */
export type Cost = 'fault' | 'delay';

/** How many an execution may contain: faults in all, early timers of each worker. @internal */
export interface CostLimits extends Readonly<Record<Cost, number>> {
  /** Timeouts and pauses of clients count among the early timers; left out, none of them is early. */
  readonly clientTimers?: true;
}

/**
 * A step as the search algorithms see it. Events with one key are one and the same in every execution in which
 * they occur: the third command of worker 2, with or without a certain fault.
 *
 * @internal
 */
export interface Event {
  readonly key: string;
  /** What it does, in words. The same key must come with the same label, or the scenario is not deterministic. */
  readonly label: string;
  readonly footprint: Footprint;
  /** Whose step it is. */
  readonly worker: number;
  /** It uses up some of a limit. Its worker always has an alternative that does not. */
  readonly cost?: Cost;
  /**
   * Whether it is possible hangs on steps of several workers, all of them or any: planned where it turns out not to be, it is
   * passed over.
   */
  readonly fleeting?: true;
  /**
   * The event in which its worker hears of it, where that is not one with it. Whether it is depends on what else the worker
   * could hear, so in another execution it may be.
   */
  readonly heardIn?: string;
  /** It is such a hearing. */
  readonly hears?: true;
  /** What comes in a fixed order, such as what is sent on one connection: two of one line are never swapped. */
  readonly line?: string;
  /** Workers that have their place before its own, where workers are alike and it is a step that settles a place. */
  readonly place?: readonly number[];
  /** Workers whose place is settled by it. */
  readonly settles?: readonly number[];
  /** Workers whose place is settled before it, in every execution that is run. */
  readonly follows?: readonly number[];
}

/** One point of an execution: what could have been done there, and what was. @internal */
export interface Point {
  /** Everything that could happen, calmest first. */
  readonly options: readonly Event[];
  /** What could have happened, too, but is to wait until the places of other workers are settled. */
  readonly waiting: readonly Event[];
  /** What did happen, with the footprint that it turned out to have. */
  readonly event: Event;
}

/** The events of one execution, in order. @internal */
export interface Trace {
  readonly points: readonly Point[];
  /** What could have happened at the end; empty unless the execution was cut short. */
  readonly left: readonly Event[];
}

/** May the order of two different events matter? @internal */
export function eventsDependent(a: Event, b: Event): boolean {
  return dependent(a.footprint, b.footprint) || mustPrecede(a, b) || mustPrecede(b, a);
}

/** Does one settle what the other waits for? @internal */
export function mustPrecede({ settles }: Event, { follows }: Event): boolean {
  return settles !== undefined && follows !== undefined && settles.some((one) => follows.includes(one));
}

/** Can the second never come before the first: it stands behind that in a line, or would not be without it? @internal */
export function staysBefore({ footprint, line }: Event, { key, line: other }: Event): boolean {
  if (line !== undefined && line === other) return true;
  return footprint !== 'everything' && footprint.some(({ resource }) => resource === sets(key));
}
