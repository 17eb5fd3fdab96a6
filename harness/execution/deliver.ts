import { happenIn, type Flow } from '../flow.js';
import type { HeldCommand, Link } from '../wire/link.js';
import type { SentCommand } from './recording.js';

/** Hands a reply to the client, in the flow of whoever asked; behind one that is late it waits for that. */
export function handOver(link: Link, held: HeldCommand, reply: Buffer, sent: SentCommand | undefined): void {
  onArrival(link, () => {
    if (link.phase !== 'open') return;
    if (sent !== undefined) sent.answered = true;
    happenIn(receiver(link, held), () => link.deliver(reply, held));
  });
}

/** Does what the server's next bytes bring about: now, or once the replies before them, which are late, are there. */
export function onArrival(link: Link, effect: () => void): void {
  if (link.late === undefined) effect();
  else link.late.push(effect);
}

/** A client that is known by its frames only may call back from inside of its `data` handler: for whom it asked. */
export function receiver(link: Link, { tag }: HeldCommand): Flow {
  return tag.byWire && tag.flow.alive ? tag.flow : link.client.flow;
}
