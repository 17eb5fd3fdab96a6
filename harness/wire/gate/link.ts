import type { Flow } from '../../base/flow.js';
import type { Upstream } from '../upstream/upstream.js';
import { Arrivals } from './arrivals.js';
import { ClientStream, type ClientEnd, type StreamPeer } from './client-stream.js';
import { ConnectionState } from './connection-state.js';
import type { HeldCommand } from './held-command.js';
import { HeldFrames, type FrameNetwork, type FrameSource } from './held-frames.js';
import { Inbox } from './inbox.js';

/** What a connection asks of the execution that it takes part in. @internal */
export interface LinkNetwork extends FrameNetwork {
  /** Is the first connect of a client of this flow a step, as every reconnect is? */
  gatesFirstConnect(flow: Flow): boolean;
  /** The client closed a connection. */
  linkClosed(link: Link): void;
  /** The server closed the other side of a connection. */
  linkCut(link: Link): void;
}

/** What a connection shows of the client that opened it. @internal */
export interface LinkClient extends FrameSource {
  /** The same in every execution of its scenario. */
  readonly name: string;
  /** Several workers share it. */
  readonly shared: boolean;
  readonly taken: boolean;
  readonly network: LinkNetwork;
  /** Number of connections that it has opened. */
  readonly connects: number;
  /** It did, or saw, what a new client would not have: it must not serve another execution. */
  touched: boolean;
  /** Connects to be refused before one succeeds again. */
  refuse: number;
  /** An error that its next commands are answered with, instead of being sent. */
  errorReply: { readonly reply: Buffer; left: number } | undefined;
}

/**
 * How far a connection is. `hanging`: its connect waits for a place in the accept queue of the server. `silent`: open
 * for the client, but nothing passes any more.
 *
 * @internal
 */
export type LinkPhase = 'connecting' | 'hanging' | 'open' | 'silent' | 'closed';

/**
 * One connection of a client: its in-process stream on one side, one upstream connection on the other, and the
 * frames held in between.
 *
 * @internal
 */
export class Link implements StreamPeer {
  /** The client's side. */
  readonly stream: ClientEnd;
  /** What the server remembers of it. */
  readonly state = new ConnectionState();
  /** What the client wrote and the server has not got yet. */
  readonly frames: HeldFrames;
  /** What the server answered, on its way to the client. */
  readonly arrivals = new Arrivals();
  /** What the server pushed and the lab has not looked at yet. */
  readonly inbox = new Inbox();
  /** Its connect is a choice of the lab; the first one of a client passes, unless a fault is aimed at it. */
  readonly connectIsStep: boolean;
  #phase: LinkPhase = 'connecting';
  #upstream: Upstream | undefined;
  #repliesOff = false;
  #broken = false;
  #wait: 'none' | 'waiting' | 'answered' = 'none';

  constructor(
    readonly client: LinkClient,
    /** Its place among the connections of its client, from 1. */
    readonly id: number,
    /** The client's end, where it is not the stream that ioredis gets. */
    end: (peer: StreamPeer) => ClientEnd = (peer) => new ClientStream(peer),
  ) {
    this.frames = new HeldFrames(client, this.state, id - 1);
    this.connectIsStep = this.isReconnect || client.network.gatesFirstConnect(client.flow);
    this.stream = end(this);
  }

  /** Did its client connect before? */
  get isReconnect(): boolean {
    return this.id > 1;
  }

  /** How far it is. */
  get phase(): LinkPhase {
    return this.#phase;
  }

  /** Does the client wait for its connect? */
  get isConnecting(): boolean {
    return this.#phase === 'connecting' || this.#phase === 'hanging';
  }

  /** Is it open for the client, whether anything passes or not? */
  get isOpen(): boolean {
    return this.#phase === 'open' || this.#phase === 'silent';
  }

  /** The server's side; undefined until the connect is performed, and once it was taken away. */
  get upstream(): Upstream | undefined {
    return this.#upstream;
  }

  /** The server runs what comes on it and answers nothing. */
  get repliesOff(): boolean {
    return this.#repliesOff;
  }

  /** If it ends, or has ended, that is not by the client's own wish. */
  get broken(): boolean {
    return this.#broken;
  }

  /** The server keeps its last command waiting, or the answer is on its way: commands behind that one wait, too. */
  get waits(): boolean {
    return this.#wait !== 'none';
  }

  /** The answer to a command that waited is on its way: the end of the connection, if it has one, comes after it. */
  get answered(): boolean {
    return this.#wait === 'answered';
  }

  /** True when neither side can tell this connection from one that was just made. */
  get pristine(): boolean {
    return (
      this.#phase === 'open' &&
      !this.#repliesOff &&
      !this.arrivals.busy &&
      this.#wait === 'none' &&
      this.frames.none &&
      this.state.fresh &&
      this.#upstream?.usable === true
    );
  }

  receive(chunk: Buffer): void {
    this.frames.receive(chunk, this.#phase === 'silent');
    this.#refuseGarbage();
  }

  /** As Redis does: it answers what came before, says what is wrong, and hangs up. */
  #refuseGarbage(): void {
    const { garbage, settled } = this.frames;
    if (garbage === undefined || !settled || this.waits || !this.isOpen) return;
    this.stream.deliver(Buffer.from(`-ERR Protocol error: ${garbage.message}\r\n`));
    this.stream.remoteEnd();
  }

  /** Hands a reply to the client, or what it is to take for the replies to several commands. */
  deliver(reply: Buffer, ...answered: readonly HeldCommand[]): void {
    if (!this.isOpen) return;
    for (const command of answered) this.frames.answered(command);
    this.stream.deliver(reply);
    this.#refuseGarbage();
  }

  /** The accept queue of the server is full. */
  hang(): void {
    if (this.#phase === 'connecting') this.#phase = 'hanging';
  }

  /** The server takes the connection. The client is still to be told. */
  open(upstream: Upstream): void {
    this.#upstream = upstream;
    this.#phase = 'open';
    // Asked anew each time: a connection may serve more than one execution.
    upstream.onLost = () => this.client.network.linkCut(this);
  }

  /** The server takes the connection only to turn the client away. The client is still to be told. */
  turnAway(): void {
    this.#phase = 'silent';
    this.#broken = true;
  }

  /** Gives it a server's side that was taken away before. */
  attach(upstream: Upstream): void {
    this.#upstream = upstream;
  }

  /** Takes the server's side away. @returns undefined when there is none */
  detach(): Upstream | undefined {
    const upstream = this.#upstream;
    this.#upstream = undefined;
    return upstream;
  }

  /** Nothing passes any more, and the client does not know. */
  silence(): void {
    if (this.#phase === 'open') this.#phase = 'silent';
    this.#broken = true;
    this.arrivals.lose();
    this.frames.lose();
  }

  /** From now on the server answers nothing on it. */
  turnRepliesOff(): void {
    this.#repliesOff = true;
    this.#broken = true;
  }

  /** The server keeps the last command waiting. */
  waitBegins(): void {
    this.#wait = 'waiting';
  }

  /** The server has answered the command that waited; the answer is on its way. */
  waitAnswered(): void {
    this.#wait = 'answered';
  }

  /** That answer has arrived, or none will. */
  waitEnds(): void {
    this.#wait = 'none';
  }

  /** The client may hang up because of what it gets next, and that is not its own wish. */
  expectBreak(): void {
    this.#broken = true;
  }

  /** It breaks: the client sees this error, then the end. */
  breakOff(error: Error): void {
    this.#broken = true;
    this.stream.destroy(error);
  }

  /** The server's side ends it: the client sees the end, and no error. */
  endRemotely(): void {
    this.#broken = true;
    this.stream.remoteEnd();
  }

  clientClosed(): void {
    if (this.#phase === 'closed') return;
    this.close();
    this.client.network.linkClosed(this);
  }

  /** Nothing passes any more, in either direction. */
  close(): void {
    this.#phase = 'closed';
    this.frames.end();
  }
}
