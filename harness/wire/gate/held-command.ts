import type { CommandTag } from '../../base/flow.js';
import { decodeRequest } from '../resp.js';

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

  /** Name and arguments; cut out of the frame when somebody looks at them. */
  get args(): readonly Buffer[] {
    return (this.#args ??= decodeRequest(this.frame));
  }
}
