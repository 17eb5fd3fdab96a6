import type { PendingTimer } from '../clock/timer-order.js';
import type { Link } from '../wire/gate/link.js';
import type { Stage } from './stage/stage.js';

/**
 * Does a fault keep back what the client that set a timer waits for? Where nobody knows which of its worker's clients that is,
 * only if it is so on every connection of that worker.
 *
 * @internal
 */
export function isHeldUp(stage: Stage, { flow, setFor }: PendingTimer): boolean {
  const own = stage.links.filter(({ client }) => client.flow === flow);
  // What waits on older connections of a client was written again, or has failed with them.
  const link = own.findLast(
    ({ client, stream }) => setFor !== undefined && (client === setFor || stream === setFor),
  );
  if (link !== undefined) return isHeld(stage, link);
  return own.length > 0 && own.every((one) => isHeld(stage, one));
}

/** Does a fault keep something back on this connection, or its connect? */
function isHeld({ environment, parked, waiting }: Stage, link: Link): boolean {
  if (link.phase === 'silent' || link.phase === 'hanging') return true;
  if (link.repliesOff || link.arrivals.late) return true;
  // A command that blocks waits for as long as it likes; one that waits for writes to be taken again does not.
  const paused = environment.health.fault !== undefined && waiting.some((wait) => wait.link === link);
  return paused || parked.some((one) => one.link === link);
}
