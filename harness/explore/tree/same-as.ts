import { eventsDependent, type Event } from '../events/event.js';

/** An execution that differs from another one in the order of independent steps only. @internal */
export interface SameAs {
  readonly execution: number;
  /** Steps that come on the other side of the one in question there: it can be swapped with each of them. */
  readonly swapped: readonly Event[];
  /** The same step there, with the footprint that it turned out to have. */
  readonly event: Event;
}

/** An execution that was run, as its steps. @internal */
export interface RunExecution {
  readonly execution: number;
  readonly events: readonly Event[];
}

/**
 * Can an execution be reordered, by swapping neighbours that are independent, into one that begins with these steps? Then one that
 * begins with them is the same as that.
 *
 * @param prefix - steps that were taken, and last the one that was not
 * @returns undefined where it cannot, or does not have these steps
 * @internal
 */
export function sameAs(prefix: readonly Event[], { execution, events }: RunExecution): SameAs | undefined {
  const places = new Map(prefix.map(({ key }, at) => [key, at]));
  const found = events.flatMap((event, at) => (places.has(event.key) ? [at] : []));
  if (found.length !== prefix.length) return undefined;
  const last = found.at(-1)!;
  // Nothing else before the last of them may be what one of them needs; nor may they need each other the other way round.
  for (let second = 0; second <= last; second++) {
    const to = places.get(events[second]!.key);
    if (to === undefined) continue;
    for (let first = 0; first < second; first++) {
      const from = places.get(events[first]!.key);
      if (from !== undefined && from < to) continue;
      if (eventsDependent(events[first]!, events[second]!)) return undefined;
    }
  }
  const own = events.findIndex(({ key }) => key === prefix.at(-1)!.key);
  const swapped = events.filter(({ key }, at) => at !== own && places.has(key) !== at < own);
  return { execution, swapped, event: events[own]! };
}
