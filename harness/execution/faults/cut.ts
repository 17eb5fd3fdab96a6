import type { FaultValues } from '../../faults/parameters.js';
import type { Link } from '../../wire/gate/link.js';
import { connectionReset, connectionTimedOut } from '../../wire/entries/socket-errors.js';
import { recordFault } from '../traffic/recording.js';
import type { FaultAction } from './action.js';
import { afterApply, beforeApply, inItsFlow } from './command-fault.js';

/** The connection is reset before the command leaves the client. @internal */
export const resetBeforeSend = beforeApply(({ link }) => reset(link));

/** The connection is closed before the command leaves the client. @internal */
export const closeBeforeSend = beforeApply(({ link }) => close(link));

/** The server runs the command, then the connection is reset. @internal */
export const resetAfterApply = afterApply(({ link }) => reset(link));

/** The server runs the command, then the connection is closed. @internal */
export const closeAfterApply = afterApply(({ link }) => close(link));

/** The client gets the first bytes of the reply, then the connection ends. @internal */
export const truncatedReply = afterApply<'truncated-reply'>(({ link, reply, spec }) => {
  // Never the whole of it.
  const part = reply?.subarray(0, Math.min(spec.parameters.bytes, reply.length - 1));
  link.arrivals.next(() =>
    inItsFlow(link, () => {
      if (part !== undefined) link.stream.deliver(part);
      end(link, spec.parameters.by);
    }),
  );
});

/**
 * A connection ends on which nothing is at the gate: the client is idle, or waits for an answer in vain.
 *
 * @internal
 */
export const connectionDrop: FaultAction<'connection-drop'> = {
  applies: (_stage, { target }) => target.kind === 'connection',
  inject: async (stage, move, spec) => {
    recordFault(stage, move, spec);
    if (move.target.kind !== 'connection') return;
    const { link } = move.target;
    inItsFlow(link, () => end(link, spec.parameters.by));
  },
};

/** RST: the client sees an error, then the end. @internal */
export function reset(link: Link): void {
  link.breakOff(connectionReset());
}

/** FIN: the client sees the end, and no error. */
function close(link: Link): void {
  link.frames.lose();
  link.endRemotely();
}

function end(link: Link, by: FaultValues<'connection-drop'>['by']): void {
  if (by === 'close') close(link);
  else if (by === 'reset') reset(link);
  else link.breakOff(connectionTimedOut());
}
