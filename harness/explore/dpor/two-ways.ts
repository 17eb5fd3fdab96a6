import type { Event } from '../events/event.js';
import { uses } from '../events/footprint.js';
import { RUNNING } from '../events/resources.js';
import type { PathNode } from './part.js';
import type { Wakeup } from './wakeup-tree.js';

/**
 * What is to be run to see both of two steps that race, the second one first.
 *
 * A step may go in two ways, such as a command and a fault in its place, and with the one, the other never comes. So where a
 * search has seen, or will see, the one way, it has not seen what comes before the other: that is to be planned as well.
 *
 * @param node - where the first of both was taken
 * @param sequence - all that does not depend on the first, and the second
 * @param behind - the first, where it may come behind the second
 * @internal
 */
export function withBoth(
  { sleep, wakeup }: PathNode,
  sequence: readonly Event[],
  behind: Event | undefined,
): readonly Event[] {
  if (behind === undefined) return sequence;
  // Otherwise both ways depend on the same, and whatever comes before the one shows as a race with the other.
  const hangs = sequence.some(({ footprint }) => uses(footprint, RUNNING, 'read'));
  const isOther = (event: Event): boolean =>
    (hangs || event.heardIn !== undefined || behind.heardIn !== undefined) &&
    event.key !== behind.key &&
    stepOf(event) === stepOf(behind);
  if (!sleep.some(isOther) && !isPlanned(wakeup, isOther)) return sequence;
  // What comes before may take it away.
  return [...sequence, { ...behind, fleeting: true }];
}

function isPlanned(children: readonly Wakeup[], isIt: (event: Event) => boolean): boolean {
  return children.some(({ event, children: below }) => isIt(event) || isPlanned(below, isIt));
}

/** Without the way that it goes. */
function stepOf({ key }: Event): string {
  const end = key.indexOf('!');
  return end < 0 ? key : key.slice(0, end);
}
