import { numberOf, textOf, type FaultSpec } from '../../wire/fault-spec.js';
import type { Link } from '../../wire/link.js';
import { connectionReset, connectionTimedOut } from '../../wire/socket-errors.js';
import { onArrival } from '../deliver.js';
import { recordFault } from '../recording.js';
import type { FaultAction } from './action.js';
import { afterApply, beforeApply, inItsFlow } from './strike.js';

/** The connection is reset before the command leaves the client. */
export const resetBeforeSend = beforeApply(({ link }) => reset(link));

/** The connection is closed before the command leaves the client. */
export const closeBeforeSend = beforeApply(({ link }) => close(link));

/** The server runs the command, then the connection is reset. */
export const resetAfterApply = afterApply(({ link }) => reset(link));

/** The server runs the command, then the connection is closed. */
export const closeAfterApply = afterApply(({ link }) => close(link));

/** The client gets the first bytes of the reply, then the connection ends. */
export const truncatedReply = afterApply(({ link, reply, spec }) => {
  // Never the whole of it.
  const part = reply?.subarray(0, Math.min(numberOf(spec, 'bytes'), reply.length - 1));
  onArrival(link, () =>
    inItsFlow(link, () => {
      if (part !== undefined) link.stream.deliver(part);
      end(link, spec);
    }),
  );
});

/** A connection ends on which nothing is at the gate: the client is idle, or waits for an answer in vain. */
export const connectionDrop: FaultAction = {
  applies: (_stage, { target }) => target.kind === 'connection',
  inject: async (stage, move, spec) => {
    recordFault(stage, move, spec);
    if (move.target.kind !== 'connection') return;
    const { link } = move.target;
    inItsFlow(link, () => end(link, spec));
  },
};

/** RST: the client sees an error, then the end. */
export function reset(link: Link): void {
  link.broken = true;
  link.stream.destroy(connectionReset());
}

/** FIN: the client sees the end, and no error. */
function close(link: Link): void {
  link.broken = true;
  link.queue.length = 0;
  link.stream.remoteEnd();
}

function end(link: Link, spec: FaultSpec): void {
  const by = textOf(spec, 'by');
  if (by === 'close') close(link);
  else if (by === 'reset') reset(link);
  else {
    link.broken = true;
    link.stream.destroy(connectionTimedOut());
  }
}
