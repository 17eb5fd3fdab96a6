import type { Redis, RedisOptions } from 'ioredis';
import { currentFlow, runInFlow, type Flow } from '../flow.js';
import { callerSource } from './caller-source.js';
import type { Link } from './link.js';

/** What the gate knows of one command call of a worker, over all its attempts on the wire. */
export interface CommandTag {
  readonly flow: Flow;
  /** The how-manieth command of its worker this is, from 1; 0 for handshakes. */
  nth: number;
  /** True for commands that the client issued by itself while connecting, as far as one can tell. */
  readonly handshake: boolean;
  /** `file:line:column` of the worker's call; only kept when the execution is traced. */
  readonly source: string | undefined;
  /** Lower-case name, for messages. */
  readonly name: string;
  /** How often it was written to a connection. */
  attempts: number;
}

/** What a client asks of the execution that it takes part in. */
export interface Network {
  /** Keep the source line of every command. */
  readonly traced: boolean;
  nextSeq(): number;
  /** A client wants a connection. */
  connecting(link: Link): void;
  linkClosed(link: Link): void;
  /** The client emitted `error`; `handled` tells whether the user listens. */
  clientError(client: Client, error: unknown, handled: boolean): void;
}

/** A call on a shared client that waits to be handed to that client: commands written together stay together. */
export interface HeldCall {
  readonly seq: number;
  readonly tag: CommandTag;
  readonly args: readonly string[];
  readonly batch: object | undefined;
  readonly release: (() => void)[];
}

/** The parts of ioredis's internal command object that the gate relies on (versions 4 to 6, iovalkey). */
interface IoredisCommand {
  name: string;
  args: unknown[];
  promise: Promise<unknown>;
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
  toWritable: (socket: unknown) => string | Buffer;
  [TAG]?: CommandTag;
}

const TAG = Symbol('race-lab.tag');

type SendCommand = (command: IoredisCommand, stream?: object, node?: unknown) => unknown;

/**
 * A Redis client under the lab's control: knows which worker issued each frame, and lets several workers share
 * one client while the lab decides whose call the client sees next.
 */
export class Client {
  network: Network;
  /** The flow that owns the connection: a worker, or worker 0 for a shared client. */
  flow: Flow;
  /** Undefined for a client that the worker constructs itself, from `clientOptions`. */
  redis: Redis | undefined;
  link: Link | undefined;
  /** Calls of workers on a shared client that the client has not seen yet. */
  readonly held: HeldCall[] = [];
  /** A fault or a timer met this client: it must not serve another execution. */
  touched = false;
  /** Number of connections it has opened. */
  connects = 0;
  /** Connects to be refused before one succeeds again. */
  refuse = 0;
  readonly #outbox: CommandTag[] = [];

  constructor(
    readonly name: string,
    readonly shared: boolean,
    readonly options: RedisOptions | undefined,
    flow: Flow,
    network: Network,
  ) {
    this.flow = flow;
    this.network = network;
  }

  /** Takes over a client object: hooks the one method through which all its commands go. */
  adopt(redis: Redis): void {
    this.redis = redis;
    redis.on('error', (error) => this.network.clientError(this, error, redis.listenerCount('error') > 1));
    const target = redis as unknown as { sendCommand: SendCommand; status: string };
    const send = target.sendCommand;
    target.sendCommand = (command, stream, node) => {
      const tag = this.#tag(command, target.status);
      if (!tag.flow.alive) return new Promise(() => {});
      if (this.shared && tag.flow.worker > 0 && tag.attempts === 0 && target.status === 'ready' && !this.#releasing) {
        this.#hold(tag, command, stream, () => void send.call(redis, command, stream, node));
        return command.promise;
      }
      return send.call(redis, command, stream, node);
    };
    this.#ownMethods = countMethods(redis);
  }

  /** True when commands were defined on the client object since it was adopted. */
  get extended(): boolean {
    return countMethods(this.redis ?? {}) !== this.#ownMethods;
  }

  #releasing = false;
  #ownMethods = 0;

  /** Hands a held call to the client, as if its worker had been scheduled just now. */
  release(call: HeldCall): void {
    this.held.splice(this.held.indexOf(call), 1);
    this.#releasing = true;
    try {
      runInFlow(call.tag.flow, () => {
        for (const send of call.release) send();
      });
    } finally {
      this.#releasing = false;
    }
  }

  /**
   * The tag of the frame that the client just wrote. A client that the lab did not construct has none ready: its
   * frames belong to the flow that wrote them.
   */
  takeTag(name: string): CommandTag {
    const lower = name.toLowerCase();
    // Frames leave in the order in which the client serialised them; a SELECT that the client slips in between
    // the commands of a pipeline is the one exception, so look further when the name does not fit.
    const at = this.#outbox.findIndex((tag) => tag.name === lower);
    if (at >= 0) return this.#outbox.splice(at, 1)[0]!;
    return this.#newTag(currentFlow() ?? this.flow, lower, true);
  }

  /** Numbers a command that looked like part of a handshake and is none. */
  number(tag: CommandTag): void {
    if (tag.nth === 0) tag.nth = tag.flow.commands += 1;
  }

  /** A new connection begins with nothing serialised for it. */
  connectionOpened(link: Link): void {
    this.link = link;
    this.#outbox.length = 0;
  }

  #tag(command: IoredisCommand, status: string): CommandTag {
    const known = command[TAG];
    if (known !== undefined) return known;
    const flow = currentFlow() ?? this.flow;
    const tag = this.#newTag(flow, command.name, status === 'connect');
    command[TAG] = tag;
    const { toWritable, resolve, reject } = command;
    command.toWritable = (socket) => {
      this.#outbox.push(tag);
      return toWritable.call(command, socket);
    };
    // Settling is observed without touching the promise: a handler on it would hide an unhandled rejection.
    flow.outstanding.add(tag);
    command.resolve = (value) => {
      flow.outstanding.delete(tag);
      resolve(value);
    };
    command.reject = (error) => {
      flow.outstanding.delete(tag);
      reject(error);
    };
    return tag;
  }

  #newTag(flow: Flow, name: string, handshake: boolean): CommandTag {
    const nth = handshake ? 0 : (flow.commands += 1);
    return { flow, nth, handshake, source: this.network.traced ? callerSource() : undefined, name, attempts: 0 };
  }

  #hold(tag: CommandTag, command: IoredisCommand, stream: object | undefined, send: () => void): void {
    const last = this.held.findLast((call) => call.tag.flow === tag.flow);
    if (stream !== undefined && last?.batch === stream) {
      last.release.push(send);
      return;
    }
    const args = [command.name, ...command.args.map(String)];
    this.held.push({ seq: this.network.nextSeq(), tag, args, batch: stream, release: [send] });
  }
}

function countMethods(object: object): number {
  let count = 0;
  for (const value of Object.values(object)) if (typeof value === 'function') count += 1;
  return count;
}
