import { encodeCommand } from '../../wire/upstream/control.js';
import type { HeldCommand } from '../../wire/gate/held-command.js';
import type { Link } from '../../wire/gate/link.js';

const OFF = encodeCommand(['CLIENT', 'REPLY', 'OFF']);
const ON = encodeCommand(['CLIENT', 'REPLY', 'ON']);

/**
 * The frame between CLIENT REPLY OFF and ON: the answer to the latter, the only one, shows that the server is done.
 *
 * @internal
 */
export function withRepliesOff(frame: Buffer): Buffer {
  return Buffer.concat([OFF, frame, ON]);
}

/**
 * Sends a command on a connection whose replies are switched off.
 *
 * @returns what shows that the server ran it; it is no reply to the client
 * @throws ServerGoneError
 * @internal
 */
export async function sendWithRepliesOff(
  { upstream, state }: Link,
  { name, frame }: HeldCommand,
): Promise<Buffer> {
  const { inTransaction } = state;
  const ends = name === 'EXEC' || name === 'DISCARD';
  // Between MULTI and EXEC switching on again would only be queued; nothing runs there either.
  if (name === 'MULTI' && !inTransaction) upstream!.post(Buffer.concat([OFF, frame]));
  else if (inTransaction && !ends) upstream!.post(frame);
  else return upstream!.request(inTransaction ? Buffer.concat([frame, ON]) : withRepliesOff(frame));
  return STARTED;
}

/** As good as the answer to MULTI, or to what it queues. */
const STARTED = Buffer.from('+OK\r\n');
