import { ClientStream, type ClientEnd, type StreamPeer } from './client-stream.js';
import type { CommandTag, Client } from './client.js';
import { ConnectionState, isHandshake } from './connection-state.js';
import { decodeRequest, FrameReader, requestName } from './resp.js';
import type { Upstream } from './upstream.js';

/** A command that a client wrote and that the gate holds. */
export class HeldCommand {
  #args: readonly Buffer[] | undefined;

  constructor(
    /** Order of arrival at the gate, over all connections. */
    readonly seq: number,
    readonly frame: Buffer,
    /** Upper-case command name. */
    readonly name: string,
    /** Who issued it. */
    readonly tag: CommandTag,
    /** The how-manieth command of the handshake of its connection; 0 for a command of a worker. */
    readonly greeting: number,
  ) {}

  /** Name and arguments; cut out of the frame when somebody looks at them. */
  get args(): readonly Buffer[] {
    return (this.#args ??= decodeRequest(this.frame));
  }
}

/**
 * One connection of a client: its in-process stream on one side, one upstream connection on the other, and the
 * frames held in between.
 */
export class Link implements StreamPeer {
  readonly stream: ClientEnd;
  /** Undefined until the connect is performed. */
  upstream: Upstream | undefined;
  phase: 'connecting' | 'open' | 'closed' = 'connecting';
  /** Frames in the order in which the client wrote them; only the first can be performed. */
  readonly queue: HeldCommand[] = [];
  /** Handshake frames, forwarded without a choice. */
  readonly handshake: HeldCommand[] = [];
  /** A black-holed connection: open for the client, but nothing passes any more. */
  silent = false;
  /** Its connect waits for a place in the accept queue of the server. */
  hangs = false;
  /** The server runs what comes on it and answers nothing. */
  muted = false;
  /** What the replies will do that are late, in order; undefined while none is. */
  late: (() => void)[] | undefined;
  /** The server keeps its last command waiting: those behind it wait, too. */
  waits = false;
  /** The answer to that command has come and not arrived yet: the end of the connection, if it has one, comes after it. */
  answered = false;
  /** What the server pushed and its client has not got yet. */
  readonly inbox: Buffer[] = [];
  /** How many the server pushed in all. */
  pushed = 0;
  /** The one of these that is on its way as a step. */
  announced: Buffer | undefined;
  /** How many were. */
  messages = 0;
  /** The command of a worker that was written to it last. */
  last: HeldCommand | undefined;
  /** The database that its commands work on. */
  database = '0';
  /** A script was sent on it: ioredis then believes that this connection knows the script. */
  scripted = false;
  /** MULTI was run on it, and neither EXEC nor DISCARD. */
  transaction = false;
  /** The first command that is no handshake was seen. */
  greeted = false;
  /** Its client told the server who it is. */
  loggedIn = false;
  /** It did not end by the client's own wish. */
  broken = false;
  readonly #state = new ConnectionState();
  /** Commands of a client object that the lab does not know: their replies are all that tells when they settle. */
  readonly #unanswered = new Set<CommandTag>();
  readonly #reader = new FrameReader();
  /** Its connect is a choice of the lab; the first one of a client passes, unless a fault is aimed at it. */
  readonly connectIsStep: boolean;
  #greetings = 0;

  constructor(
    readonly client: Client,
    readonly id: number,
    readonly isReconnect: boolean,
    /** The client's end, where it is not the stream that ioredis gets. */
    end: (peer: StreamPeer) => ClientEnd = (peer) => new ClientStream(peer),
  ) {
    this.connectIsStep = isReconnect || client.network.gatesFirstConnect(client);
    this.stream = end(this);
  }

  receive(chunk: Buffer): void {
    for (const frame of this.#reader.push(chunk)) {
      const name = requestName(frame);
      const tag = this.client.takeTag(name, this);
      const greets = !this.greeted && tag.handshake && isHandshake(name);
      const greeting = greets ? (this.#greetings += 1) : 0;
      const command = new HeldCommand(this.client.network.nextSeq(), frame, name, tag, greeting);
      if (greets) {
        if (name === 'SELECT') this.database = command.args[1]!.toString('latin1');
        if (name === 'AUTH' || (name === 'HELLO' && command.args.length > 2)) this.loggedIn = true;
        const gated = this.queue.length > 0 || this.client.network.gatesHandshake(this, name);
        (gated ? this.queue : this.handshake).push(command);
        continue;
      }
      this.greeted = true;
      if (tag.byWire) {
        tag.flow.outstanding.add(tag);
        this.#unanswered.add(tag);
      }
      if (this.silent) continue;
      this.#state.note(name);
      if (name === 'EVAL' || name === 'EVALSHA') this.scripted = true;
      tag.attempts += 1;
      this.last = command;
      this.queue.push(command);
    }
  }

  /** Hands a reply to the client, or what it is to take for the replies to several commands. */
  deliver(reply: Buffer, ...answered: readonly HeldCommand[]): void {
    if (this.phase !== 'open') return;
    for (const { tag } of answered) if (this.#unanswered.delete(tag)) tag.flow.outstanding.delete(tag);
    this.stream.deliver(reply);
  }

  clientClosed(): void {
    if (this.phase === 'closed') return;
    this.close();
    this.client.network.linkClosed(this);
  }

  /** Nothing passes any more, in either direction. */
  close(): void {
    this.phase = 'closed';
    this.queue.length = 0;
    this.handshake.length = 0;
    for (const tag of this.#unanswered) tag.flow.outstanding.delete(tag);
    this.#unanswered.clear();
  }

  /** True when neither side can tell this connection from one that was just made. */
  get pristine(): boolean {
    return (
      this.phase === 'open' &&
      !this.silent &&
      !this.muted &&
      this.late === undefined &&
      !this.waits &&
      this.queue.length === 0 &&
      this.handshake.length === 0 &&
      this.#state.fresh &&
      this.upstream?.usable === true
    );
  }
}
