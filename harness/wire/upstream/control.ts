import type { Endpoint } from '../../server/types.js';
import type { Preamble } from './preamble.js';
import type { ReplyWatch } from './reply-watch.js';
import type { Reply } from '../../base/reply.js';
import { decodeReply, decodeRequest, isReplyError } from '../resp.js';
import { Upstream } from './upstream.js';
import { ServerGoneError } from './waiting.js';

type Argument = string | number | Buffer;

/** Encodes a command as an array of bulk strings. @internal */
export function encodeCommand(args: readonly Argument[]): Buffer {
  const parts: Buffer[] = [Buffer.from(`*${args.length}\r\n`)];
  for (const arg of args) {
    const bytes = Buffer.isBuffer(arg) ? arg : Buffer.from(String(arg));
    parts.push(Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n'));
  }
  return Buffer.concat(parts);
}

/** The lab's own connection to the server: never gated, never part of a record. @internal */
export class Control {
  #upstream: Upstream;

  private constructor(
    upstream: Upstream,
    readonly endpoint: Endpoint,
    readonly watch: ReplyWatch | undefined,
    readonly preamble: Preamble | undefined,
  ) {
    this.#upstream = upstream;
  }

  /** The connection; another one after `reopen`. */
  get upstream(): Upstream {
    return this.#upstream;
  }

  /**
   * @param watch - gives up when a reply takes too long; default: waits for ever
   * @param preamble - what has to reach the server before anything else
   */
  static async open(endpoint: Endpoint, watch?: ReplyWatch, preamble?: Preamble): Promise<Control> {
    return new Control(await Upstream.open(endpoint, watch, preamble), endpoint, watch, preamble);
  }

  /** Connects anew: the server was started again. @throws ServerGoneError */
  async reopen(): Promise<void> {
    this.#upstream.destroy();
    this.#upstream = await Upstream.open(this.endpoint, this.watch, this.preamble);
  }

  /** Any answer will do: it shows that the server is there and has seen everything before. @throws ServerGoneError */
  async ping(): Promise<void> {
    await this.#bytes(['PING']);
  }

  /** Runs one command. @throws ServerGoneError for an error reply: the lab's own commands must succeed */
  async call(...args: readonly Argument[]): Promise<Reply> {
    const reply = await this.tryCall(...args);
    if (isReplyError(reply)) throw failed(args, reply.error);
    return reply;
  }

  /** Runs one command; an error reply is a value. */
  async tryCall(...args: readonly Argument[]): Promise<Reply> {
    return decodeReply(await this.#bytes(args));
  }

  /** Runs several commands, sent in one write; error replies are values. */
  async tryAll(commands: readonly (readonly Argument[])[]): Promise<Reply[]> {
    if (commands.length === 0) return [];
    const frames = commands.map(encodeCommand);
    return (await this.#named(this.upstream.requests(frames), String(commands[0]![0]))).map(decodeReply);
  }

  /** Runs one command whose reply is a list of strings, and keeps their bytes. @throws ServerGoneError */
  async list(...args: readonly Argument[]): Promise<Buffer[]> {
    const frame = await this.#bytes(args);
    const reply = decodeReply(frame);
    if (isReplyError(reply)) throw failed(args, reply.error);
    return decodeRequest(frame);
  }

  /** The same, with an empty list for an error reply. */
  async tryList(...args: readonly Argument[]): Promise<Buffer[]> {
    const frame = await this.#bytes(args);
    return isReplyError(decodeReply(frame)) ? [] : decodeRequest(frame);
  }

  /** Closes the connection. */
  close(): void {
    this.upstream.destroy();
  }

  #bytes(args: readonly Argument[]): Promise<Buffer> {
    return this.#named(this.upstream.request(encodeCommand(args)), String(args[0]));
  }

  async #named<T>(answer: Promise<T>, name: string): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      throw new ServerGoneError(`${(error as Error).message}, at ${name} of the lab itself`, {
        cause: error,
      });
    }
  }
}

function failed(args: readonly Argument[], error: string): ServerGoneError {
  return new ServerGoneError(`${String(args[0])} failed: ${error}`);
}
