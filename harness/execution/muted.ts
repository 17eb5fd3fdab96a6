import { encodeCommand } from '../wire/control.js';
import type { HeldCommand, Link } from '../wire/link.js';

const OFF = encodeCommand(['CLIENT', 'REPLY', 'OFF']);
const ON = encodeCommand(['CLIENT', 'REPLY', 'ON']);

/** The frame between CLIENT REPLY OFF and ON: the answer to the latter, the only one, shows that the server is done. */
export function unanswered(frame: Buffer): Buffer {
  return Buffer.concat([OFF, frame, ON]);
}

/**
 * Sends a command on a connection whose replies are switched off.
 *
 * @returns what shows that the server ran it; it is no reply to the client
 * @throws ServerGoneError
 */
export async function sendMuted(
  { upstream, transaction }: Link,
  { name, frame }: HeldCommand,
): Promise<Buffer> {
  const ends = name === 'EXEC' || name === 'DISCARD';
  // Between MULTI and EXEC switching on again would only be queued; nothing runs there either.
  if (name === 'MULTI' && !transaction) upstream!.post(Buffer.concat([OFF, frame]));
  else if (transaction && !ends) upstream!.post(frame);
  else return upstream!.request(transaction ? Buffer.concat([frame, ON]) : unanswered(frame));
  return STARTED;
}

/** As good as the answer to MULTI, or to what it queues. */
const STARTED = Buffer.from('+OK\r\n');
