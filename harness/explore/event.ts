import { dependent, type Footprint } from './footprint.js';

/** What an execution may contain only so many of: faults, and timers that fire although their worker could go on. */
export type Cost = 'fault' | 'delay';

/** How many of each an execution may contain. */
export type Limits = Readonly<Record<Cost, number>>;

/**
 * A step as the search algorithms see it. Events with one key are one and the same in every execution in which
 * they occur: the third command of worker 2, with or without a certain fault.
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
  /** Workers that have their place before its own, where workers are alike and it is a step that settles a place. */
  readonly place?: readonly number[];
  /** Workers whose place is settled by it. */
  readonly settles?: readonly number[];
  /** Workers whose place is settled before it, in every execution that is run. */
  readonly follows?: readonly number[];
}

/** One point of an execution: what could have been done there, and what was. */
export interface Point {
  /** Everything that could happen, calmest first. */
  readonly options: readonly Event[];
  /** What could have happened, too, but is to wait until the places of other workers are settled. */
  readonly waiting: readonly Event[];
  /** What did happen, with the footprint that it turned out to have. */
  readonly event: Event;
}

/** The events of one execution, in order. */
export interface Trace {
  readonly points: readonly Point[];
  /** What could have happened at the end; empty unless the execution was cut short. */
  readonly left: readonly Event[];
}

/** May the order of two different events matter? */
export function eventsDependent(a: Event, b: Event): boolean {
  return dependent(a.footprint, b.footprint) || mustPrecede(a, b) || mustPrecede(b, a);
}

/** Does one settle what the other waits for? */
export function mustPrecede({ settles }: Event, { follows }: Event): boolean {
  return settles !== undefined && follows !== undefined && settles.some((one) => follows.includes(one));
}
