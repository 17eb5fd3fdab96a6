import type { Link } from '../../wire/link.js';
import { connectionReset } from '../../wire/socket-errors.js';
import { afterApply, beforeApply } from './strike.js';

/** The connection is reset before the command leaves the client. */
export const resetBeforeSend = beforeApply((link) => reset(link));

/** The server runs the command, then the connection is reset. */
export const resetAfterApply = afterApply((link) => reset(link));

/** The client gets half of the reply, then the connection closes. */
export const truncatedReply = afterApply((link, _held, reply) => {
  link.broken = true;
  if (reply !== undefined) link.stream.deliver(reply.subarray(0, Math.floor(reply.length / 2)));
  link.stream.remoteEnd();
});

function reset(link: Link): void {
  link.broken = true;
  link.stream.destroy(connectionReset());
}
