import type { CommandTag, Flow } from '../../base/flow.js';
import { FrameReader } from '../frame-reader.js';
import { requestName, RespError } from '../resp.js';
import { isHandshake, type ConnectionState } from './connection-state.js';
import { HeldCommand } from './held-command.js';

/** What the frames of a connection ask of the execution that they take part in. @internal */
export interface FrameNetwork {
  /** The next number in the common order of arrival at the gate. */
  nextSeq(): number;
  /**
   * Is this command of a handshake a step?
   *
   * @param reconnect - 0 on the first connection of the client
   * @param name - in upper case
   */
  gatesHandshake(flow: Flow, reconnect: number, name: string): boolean;
}

/** The client that writes frames. @internal */
export interface FrameSource {
  /** The flow that owns the connection. */
  readonly flow: Flow;
  readonly network: FrameNetwork;
  /**
   * The tag of the frame that the client just wrote.
   *
   * @param name - in upper case
   * @param greeted - a command that is no handshake came before it on its connection
   */
  takeTag(name: string, greeted: boolean): CommandTag;
}

/** The frames that a client wrote on one connection and that the gate holds. @internal */
export class HeldFrames {
  readonly #queue: HeldCommand[] = [];
  /** Those that are steps, in the order in which the client wrote them; only the first can be performed. */
  readonly queue: readonly HeldCommand[] = this.#queue;
  readonly #handshake: HeldCommand[] = [];
  /** Those of the handshake, which are forwarded without a choice. */
  readonly handshake: readonly HeldCommand[] = this.#handshake;
  readonly #source: FrameSource;
  readonly #state: ConnectionState;
  readonly #reconnect: number;
  readonly #reader = new FrameReader();
  /** Commands of a client object that the lab does not know: their replies are all that tells when they settle. */
  readonly #unanswered = new Set<CommandTag>();
  #garbage: RespError | undefined;
  /** The first command that is no handshake was seen. */
  #greeted = false;
  #greetings = 0;
  #last: HeldCommand | undefined;

  /**
   * @param state - takes note of what was written
   * @param reconnect - 0 on the first connection of the client
   */
  constructor(source: FrameSource, state: ConnectionState, reconnect: number) {
    this.#source = source;
    this.#state = state;
    this.#reconnect = reconnect;
  }

  /** The command of a worker that was written last. */
  get last(): HeldCommand | undefined {
    return this.#last;
  }

  /** Is there none? */
  get none(): boolean {
    return this.#queue.length === 0 && this.#handshake.length === 0;
  }

  /**
   * Cuts what the client wrote into frames and holds them.
   *
   * @param lost - what workers write gets lost
   */
  receive(chunk: Buffer, lost: boolean): void {
    for (const frame of this.#reader.push(chunk)) {
      const name = this.#nameOf(frame);
      if (name === undefined) return;
      const tag = this.#source.takeTag(name, this.#greeted);
      const greets = !this.#greeted && tag.handshake && isHandshake(name);
      const greeting = greets ? (this.#greetings += 1) : 0;
      const command = new HeldCommand(this.#source.network.nextSeq(), frame, name, tag, greeting);
      if (greets) this.#holdGreeting(command);
      else this.#hold(command, lost);
    }
  }

  /** Undefined when it is no request, and then nothing behind it is one. */
  #nameOf(frame: Buffer): string | undefined {
    try {
      return this.#garbage === undefined ? requestName(frame) : undefined;
    } catch (error) {
      if (!(error instanceof RespError)) throw error;
      this.#garbage = error;
      return undefined;
    }
  }

  /** What the client wrote behind its commands and is no RESP, or no request. */
  get garbage(): RespError | undefined {
    return this.#garbage ?? this.#reader.garbage;
  }

  /** Is every command of a client that the lab does not know answered? */
  get settled(): boolean {
    return this.none && this.#unanswered.size === 0;
  }

  /** Takes the first frame out of the queue: it is on its way to the server, or lost. */
  take(): void {
    this.#queue.shift();
  }

  /** Takes all frames out of the queue. */
  takeAll(): HeldCommand[] {
    return this.#queue.splice(0);
  }

  /** Puts frames back that were taken out, before what was written since. */
  putBack(commands: readonly HeldCommand[]): void {
    this.#queue.unshift(...commands);
  }

  /** Takes out those of the handshake. */
  takeHandshake(): HeldCommand[] {
    return this.#handshake.splice(0);
  }

  /** A reply to this command reaches the client. */
  answered({ tag }: HeldCommand): void {
    if (this.#unanswered.delete(tag)) tag.flow.outstanding.delete(tag);
  }

  /** What is in the queue is lost. */
  lose(): void {
    this.#queue.length = 0;
  }

  /** The connection is over: nothing is held any more, and nothing will be answered. */
  end(): void {
    this.#queue.length = 0;
    this.#handshake.length = 0;
    for (const tag of this.#unanswered) tag.flow.outstanding.delete(tag);
    this.#unanswered.clear();
  }

  #holdGreeting(command: HeldCommand): void {
    const { flow, network } = this.#source;
    this.#state.greeted(command);
    const gated = this.#queue.length > 0 || network.gatesHandshake(flow, this.#reconnect, command.name);
    (gated ? this.#queue : this.#handshake).push(command);
  }

  #hold(command: HeldCommand, lost: boolean): void {
    const { tag } = command;
    this.#greeted = true;
    if (tag.byWire) {
      tag.flow.outstanding.add(tag);
      this.#unanswered.add(tag);
    }
    if (lost) return;
    this.#state.wrote(command.name);
    tag.attempts += 1;
    this.#last = command;
    this.#queue.push(command);
  }
}
