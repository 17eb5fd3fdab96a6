import type { CommandTag } from '../../base/flow.js';
import { decodeRequest } from '../resp.js';

/** Frames whose arguments are remembered, and how long one of them may be. */
const KNOWN_MAX = 1000;
const FRAME_MAX = 2048;

/**
 * Arguments of frames that were seen before: the same few are written in every execution, and whatever is worked out from
 * a list of arguments is kept with the list.
 */
const known = new Map<string, readonly Buffer[]>();

function argumentsOf(frame: Buffer): readonly Buffer[] {
  if (frame.length > FRAME_MAX) return decodeRequest(frame);
  const bytes = frame.toString('latin1');
  let args = known.get(bytes);
  if (args === undefined) {
    if (known.size >= KNOWN_MAX) known.clear();
    // A copy: what a client wrote may lie in memory that it writes to again.
    known.set(bytes, (args = decodeRequest(Buffer.from(frame))));
  }
  return args;
}

/** A command that a client wrote and that the gate holds. @internal */
export class HeldCommand {
  #args: readonly Buffer[] | undefined;
  /** The server only put it into a transaction: it has done nothing yet. */
  queued = false;
  /** Of what ended a transaction: the commands of that, and whether they took effect. */
  ended: { readonly queued: readonly HeldCommand[]; readonly ran: boolean } | undefined;

  constructor(
    /** Order of arrival at the gate, over all connections. */
    public seq: number,
    readonly frame: Buffer,
    /** Upper-case command name. */
    readonly name: string,
    /** Who issued it. */
    readonly tag: CommandTag,
    /** Its place in the handshake of its connection, from 1; 0 for a command of a worker. */
    readonly greeting: number,
  ) {}

  /** Name and arguments; cut out of the frame when somebody looks at them. Equal frames may have the same list. */
  get args(): readonly Buffer[] {
    return (this.#args ??= argumentsOf(this.frame));
  }
}
