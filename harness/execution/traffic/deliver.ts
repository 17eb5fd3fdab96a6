import { isOneProcess } from '../../scenario/recast.js';
import { happenIn, type Flow } from '../../base/flow.js';
import type { HeldCommand } from '../../wire/gate/held-command.js';
import type { Link } from '../../wire/gate/link.js';
import type { Stage } from '../stage/stage.js';
import type { SentCommand } from '../stage/sent-command.js';

/** Hands a reply to the client, in the flow that asked for it; behind a late one it waits for that. @internal */
export function handOver(link: Link, held: HeldCommand, reply: Buffer, sent: SentCommand | undefined): void {
  link.arrivals.next(() => give(link, held, reply, sent));
}

/** The client gets a reply, in the flow that asked for it. @internal */
export function give(link: Link, held: HeldCommand, reply: Buffer, sent: SentCommand | undefined): void {
  if (!link.isOpen) return;
  if (sent !== undefined) sent.answered = true;
  happenIn(receiver(link, held), () => link.deliver(reply, held));
}

/**
 * A client that is known by its frames only may call back from inside of its `data` handler: for whom it asked.
 *
 * @internal
 */
export function receiver(link: Link, { tag }: HeldCommand): Flow {
  return tag.byWire && tag.flow.alive ? tag.flow : link.client.flow;
}

/**
 * May the process that waits for the reply to this command hear something else before it? Then which it hears first is a
 * choice. What comes on one connection comes in order, so it takes another one on which the server has something to say
 * that it may only say later: a command at the gate, one that waits on the server, a subscription. What is on its way to
 * the process already could as well have arrived before the command ran.
 *
 * @internal
 */
export function isHeardLater(stage: Stage, link: Link, { greeting }: Pick<HeldCommand, 'greeting'>): boolean {
  // Behind what a fault has made late it arrives with that.
  if (greeting > 0 || link.arrivals.late || link.repliesOff) return false;
  // Behind what is on its way it waits for its turn.
  if (link.arrivals.busy) return true;
  return stage.links.some(
    (other) => other !== link && sharesProcess(stage, link, other) && speaks(stage, other),
  );
}

function sharesProcess({ scenario }: Stage, { client }: Link, other: Link): boolean {
  // With a client that all share, all are one process.
  return isOneProcess(scenario) || other.client.flow === client.flow;
}

function speaks(stage: Stage, link: Link): boolean {
  if (link.phase !== 'open') return false;
  return link.frames.queue.length > 0 || link.waits || (stage.listening.has(link) && link.inbox.expects);
}
