import type { FaultAim } from '../../faults/aim.js';
import type { HttpSegment } from '../../wire/http/connection.js';
import { commandText } from '../steps/step.js';
import type { Move } from '../steps/move.js';

/**
 * Is this move what a fault is aimed at? Without an aim it is, except for the connecting that passes unseen. The command
 * of a connection is the one that was written to it last.
 *
 * @internal
 */
export function hits(aim: FaultAim = {}, move: Move): boolean {
  const { worker, nth, command, key, handshake = false, reconnect } = aim;
  if (aim.http === true)
    return (
      move.target.kind === 'event' &&
      move.target.event.http !== undefined &&
      hitsHttp(aim, move.target.event.http)
    );
  const struck = move.target.kind === 'server' ? move.target.before : move;
  if (worker !== undefined && struck.worker !== worker) return false;
  const last = struck.kind === 'connection' ? struck.link!.frames.last : undefined;
  const tag = last?.tag ?? struck.tag;
  if (nth !== undefined && (command === undefined ? tag?.nth : tag?.nthOfName) !== nth) return false;
  if (!hitsConnection(struck, handshake, reconnect)) return false;
  if (command === undefined && key === undefined) return true;
  const [name, ...args] = last === undefined ? (struck.command ?? []) : commandText(last.args);
  return (
    (command === undefined || name === command.toUpperCase()) && (key === undefined || args.includes(key))
  );
}

function hitsConnection(move: Move, handshake: boolean, reconnect: number | undefined): boolean {
  const { link } = move;
  if ((move.tag?.handshake ?? false) !== handshake) return false;
  if (reconnect !== undefined) return link !== undefined && link.id - 1 === reconnect;
  return move.kind !== 'connect' || link!.isReconnect;
}

/** Who sends a request is struck, also where its response is on the way. */
function hitsHttp({ worker, nth, command, key }: FaultAim, { connection, message }: HttpSegment): boolean {
  return (
    (worker === undefined || connection.clientFlow.worker === worker) &&
    (nth === undefined || message?.nth === nth) &&
    (command === undefined || message?.method === command.toUpperCase()) &&
    (key === undefined || message?.path === key)
  );
}
