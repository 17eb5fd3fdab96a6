import type { Flow } from '../../base/flow.js';
import { real } from '../../clock/globals.js';
import type { HeldCommand } from '../../wire/gate/held-command.js';
import type { Link } from '../../wire/gate/link.js';
import { turn } from '../host/turn.js';
import type { Stage } from '../stage/stage.js';
import { commandMove, type Move } from '../steps/move.js';

/** A move whose command is a frame at the gate. @internal */
export type WrittenMove = Move & { readonly target: { readonly link: Link; readonly held: HeldCommand } };

/** True for a frame at the gate: nothing has to be written first. @internal */
export function isOnTheWire(move: Move): move is WrittenMove {
  return move.target.kind === 'command' && 'held' in move.target;
}

/**
 * The move itself, or, for a call on a shared client, the frame that the client writes for it, if it writes one.
 *
 * @internal
 */
export async function onTheWire(stage: Stage, move: Move): Promise<WrittenMove | undefined> {
  const { target } = move;
  if (isOnTheWire(move)) return move;
  if (target.kind !== 'command' || 'held' in target) return undefined;
  target.client.release(target.call);
  // On a real socket it takes a moment to get here.
  if (stage.ports.size > 0) await quiet(stage, target.client.flow);
  const { link } = target.client;
  const held = link?.frames.queue[0];
  if (link !== undefined && held !== undefined) {
    return commandMove(link, held) as WrittenMove;
  }
  const why =
    link?.phase === 'silent' ? 'nothing passes on this connection any more' : 'the client sent nothing';
  stage.notes.push(`${target.client.name}: ${why}`);
  return undefined;
}

/** Waits until nothing is on its way between the sockets of a flow's clients in this process. */
async function quiet(stage: Stage, flow: Flow): Promise<void> {
  const entry = stage.ports.get(flow);
  if (entry === undefined) return;
  const since = real.now();
  // Beyond the limit, settling says what is wrong.
  while (!entry.quiet && real.now() - since <= entry.limits.waitMs) await turn();
}
