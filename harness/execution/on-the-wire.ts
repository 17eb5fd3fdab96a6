import type { HeldCommand, Link } from '../wire/link.js';
import { quiet } from './outside.js';
import type { Stage } from './stage.js';
import { Move } from './step.js';

/** A move whose command is a frame at the gate. */
export type WrittenMove = Move & { readonly target: { readonly link: Link; readonly held: HeldCommand } };

/** True for a frame at the gate: nothing has to be written first. */
export function isOnTheWire(move: Move): move is WrittenMove {
  return move.target.kind === 'command' && 'held' in move.target;
}

/** The move itself, or, for a call on a shared client, the frame that the client writes for it, if it writes one. */
export async function onTheWire(stage: Stage, move: Move): Promise<WrittenMove | undefined> {
  const { target } = move;
  if (isOnTheWire(move)) return move;
  if (target.kind !== 'command' || 'held' in target) return undefined;
  target.client.release(target.call);
  // On a real socket it takes a moment to get here.
  if (stage.ports.size > 0) await quiet(stage, target.client.flow);
  const { link } = target.client;
  const held = link?.queue[0];
  if (link !== undefined && held !== undefined) {
    return new Move(move.worker, held.seq, { kind: 'command', link, held }) as WrittenMove;
  }
  const why =
    link?.silent === true ? 'nothing passes on this connection any more' : 'the client sent nothing';
  stage.notes.push(`${target.client.name}: ${why}`);
  return undefined;
}
