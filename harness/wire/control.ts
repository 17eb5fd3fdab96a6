import type { Endpoint } from '../server/types.js';
import { decodeReply, isReplyError, type Reply } from './resp.js';
import { ServerGoneError, Upstream } from './upstream.js';

/** Encodes a command as an array of bulk strings. */
export function encodeCommand(args: readonly (string | number | Buffer)[]): Buffer {
  const parts: Buffer[] = [Buffer.from(`*${args.length}\r\n`)];
  for (const arg of args) {
    const bytes = Buffer.isBuffer(arg) ? arg : Buffer.from(String(arg));
    parts.push(Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n'));
  }
  return Buffer.concat(parts);
}

/** The lab's own connection to the server: never gated, never part of a record. */
export class Control {
  private constructor(readonly upstream: Upstream) {}

  static async open(endpoint: Endpoint): Promise<Control> {
    return new Control(await Upstream.open(endpoint));
  }

  /** Runs one command. @throws ServerGoneError for an error reply: the lab's own commands must succeed */
  async call(...args: readonly (string | number | Buffer)[]): Promise<Reply> {
    const reply = await this.tryCall(...args);
    if (isReplyError(reply)) throw new ServerGoneError(`${String(args[0])} failed: ${reply.error}`);
    return reply;
  }

  /** Runs one command; an error reply is a value. */
  async tryCall(...args: readonly (string | number | Buffer)[]): Promise<Reply> {
    return decodeReply(await this.upstream.request(encodeCommand(args)));
  }

  close(): void {
    this.upstream.destroy();
  }
}
