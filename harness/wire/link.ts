import { ClientStream, type StreamPeer } from './client-stream.js';
import type { CommandTag, Client } from './client.js';
import { decodeRequest, FrameReader } from './resp.js';
import type { Upstream } from './upstream.js';

/** A command that a client wrote and that the gate holds. */
export interface HeldCommand {
  /** Order of arrival at the gate, over all connections. */
  readonly seq: number;
  readonly frame: Buffer;
  readonly args: readonly Buffer[];
  /** Upper-case command name. */
  readonly name: string;
  /** Who issued it. */
  readonly tag: CommandTag;
}

/** Commands that a client sends by itself when it connects; they pass without being a step. */
const HANDSHAKE = new Set(['HELLO', 'AUTH', 'CLIENT', 'INFO', 'SELECT', 'READONLY']);

/** Commands after which the server side of a connection is not like new any more. */
const STATEFUL = new Set(
  'WATCH MULTI SELECT CLIENT HELLO AUTH SUBSCRIBE PSUBSCRIBE SSUBSCRIBE MONITOR ASKING READONLY READWRITE RESET QUIT'.split(' '),
);
const CLEARS_WATCH = new Set(['EXEC', 'DISCARD', 'UNWATCH']);

/**
 * One connection of a client: its in-process stream on one side, one upstream connection on the other, and the
 * frames held in between.
 */
export class Link implements StreamPeer {
  readonly stream: ClientStream = new ClientStream(this);
  /** Undefined until the connect is performed. */
  upstream: Upstream | undefined;
  phase: 'connecting' | 'open' | 'closed' = 'connecting';
  /** Frames in the order in which the client wrote them; only the first can be performed. */
  readonly queue: HeldCommand[] = [];
  /** Handshake frames, forwarded without a choice. */
  readonly handshake: HeldCommand[] = [];
  /** A black-holed connection: open for the client, but nothing passes any more. */
  silent = false;
  /** The server keeps state for this connection that a new one would not have. */
  stateful = false;
  #greeted = false;
  readonly #reader = new FrameReader();

  constructor(
    readonly client: Client,
    readonly id: number,
    readonly isReconnect: boolean,
  ) {}

  receive(chunk: Buffer): void {
    for (const frame of this.#reader.push(chunk)) {
      const args = decodeRequest(frame);
      const name = args[0]!.toString('latin1').toUpperCase();
      const tag = this.client.takeTag(name);
      const command: HeldCommand = { seq: this.client.network.nextSeq(), frame, args, name, tag };
      if (!this.#greeted && tag.handshake && HANDSHAKE.has(name)) {
        this.handshake.push(command);
        continue;
      }
      this.#greeted = true;
      this.client.number(tag);
      if (this.silent) continue;
      if (STATEFUL.has(name)) this.stateful = true;
      else if (CLEARS_WATCH.has(name)) this.stateful = false;
      tag.attempts += 1;
      this.queue.push(command);
    }
  }

  clientClosed(): void {
    if (this.phase === 'closed') return;
    this.phase = 'closed';
    this.queue.length = 0;
    this.handshake.length = 0;
    this.client.network.linkClosed(this);
  }
}
