import type { Redis } from 'ioredis';
import { currentFlow, runInFlow, type Flow } from '../flow.js';
import { callerSource } from './caller-source.js';
import { isHandshake } from './connection-state.js';
import type { Link } from './link.js';

/** What the gate knows of one command call of a worker, over all its attempts on the wire. */
export interface CommandTag {
  readonly flow: Flow;
  /** The how-manieth command of its worker this is, from 1; 0 for handshakes. */
  readonly nth: number;
  /** True for commands that the client issued by itself while connecting. */
  readonly handshake: boolean;
  /** Known from its frame only: the client object that sent it is not in the lab's hands. */
  readonly byWire: boolean;
  /** `file:line:column` of the worker's call; only kept when the execution is traced. */
  readonly source: string | undefined;
  /** Lower-case name, as it was last written: a script is called by EVAL or by EVALSHA. */
  name: string;
  /** How often it was written to a connection. */
  attempts: number;
}

/** What a client asks of the execution that it takes part in. */
export interface Network {
  /** Keep the source line of every command. */
  readonly traced: boolean;
  nextSeq(): number;
  /** Is the first connect of this client a step, as every reconnect is? */
  gatesFirstConnect(client: Client): boolean;
  /** Is this command of a handshake a step? */
  gatesHandshake(link: Link, name: string): boolean;
  /** A client wants a connection. */
  connecting(link: Link): void;
  linkClosed(link: Link): void;
  /** The server closed the other side of a connection. */
  linkCut(link: Link): void;
  /** The client emitted `error`; `handled` tells whether the user listens. */
  clientError(client: Client, error: unknown, handled: boolean): void;
  /** Another client object came into being in this flow, one that the lab did not construct itself. */
  anotherClient(flow: Flow): Client;
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
  [TAG]?: CommandTag | undefined;
  [ISSUER]?: Flow;
}

/** The parts of ioredis's internal client object that the gate relies on. */
interface IoredisClient {
  status: string;
  sendCommand: SendCommand;
  pipeline: (...args: unknown[]) => { sendCommand: (command: IoredisCommand) => unknown };
  readonly commandQueue?: { readonly length: number };
  readonly offlineQueue?: { readonly length: number };
  readonly scriptsSet?: object;
}

const TAG = Symbol('race-lab.tag');
const ISSUER = Symbol('race-lab.issuer');

type SendCommand = (command: IoredisCommand, stream?: object, node?: unknown) => unknown;

/**
 * A Redis client under the lab's control: knows which worker issued each frame, and lets several workers share
 * one client while the lab decides whose call the client sees next.
 */
export class Client {
  network: Network;
  /** The flow that owns the connection: a worker, or worker 0 for a shared client. */
  flow: Flow;
  /** Undefined for a client that the lab knows by its connections only: made from `clientOptions`, or a duplicate. */
  redis: Redis | undefined;
  link: Link | undefined;
  /** Calls of workers on a shared client that the client has not seen yet. */
  readonly held: HeldCall[] = [];
  /** It did something of its own when it was made: it must not serve another execution. */
  touched = false;
  /** Number of connections it has opened. */
  connects = 0;
  /** Connects to be refused before one succeeds again. */
  refuse = 0;
  /** An error that its next commands are answered with, instead of being sent. */
  spoof: { readonly reply: Buffer; left: number } | undefined;
  /** Commands that were serialised and not yet seen on the wire. */
  readonly #outbox: CommandTag[] = [];
  /** Commands that a client library said it will write, in that order; no name where it did not tell. */
  readonly #announced: CommandTag[] = [];
  #releasing = false;
  #asAdopted: Fingerprint | undefined;

  constructor(
    readonly name: string,
    readonly shared: boolean,
    /** False for the second and further clients of a worker. */
    readonly primary: boolean,
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
    keepErrorsLoud(redis);
    const target = redis as unknown as IoredisClient;
    const send = target.sendCommand;
    target.sendCommand = (command, stream, node) => {
      const tag = this.#tag(command, target.status);
      // A promise that never settles: the caller is part of an execution that is over, or its worker crashed.
      if (!tag.flow.alive) return new Promise(() => {});
      if (
        this.shared &&
        tag.flow.worker > 0 &&
        tag.attempts === 0 &&
        target.status === 'ready' &&
        !this.#releasing
      ) {
        this.#hold(tag, command, stream, () => void send.call(redis, command, stream, node));
        return command.promise;
      }
      return send.call(redis, command, stream, node);
    };
    if (redis.options.enableAutoPipelining === true) noteIssuers(target);
    this.#asAdopted = new Fingerprint(redis);
  }

  /** True when no execution could tell this client from one that has just connected. */
  get pristine(): boolean {
    const { redis, link } = this;
    if (redis === undefined || link === undefined || this.touched || !this.idle) return false;
    const { scriptsSet } = redis as unknown as IoredisClient;
    return (
      // A custom command is EVAL the first time and EVALSHA from then on.
      !(link.scripted && Object.keys(scriptsSet ?? {}).length > 0) && this.#asAdopted?.fits(redis) === true
    );
  }

  /** True when it is connected, by its first connection, and nothing is under way. */
  get idle(): boolean {
    const { redis, link } = this;
    if (redis === undefined || link === undefined || this.connects !== 1) return false;
    const { status, commandQueue, offlineQueue } = redis as unknown as IoredisClient;
    return (
      status === 'ready' &&
      link.pristine &&
      this.held.length === 0 &&
      (commandQueue?.length ?? 0) === 0 &&
      (offlineQueue?.length ?? 0) === 0
    );
  }

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

  /** The tag of the frame that the client just wrote. */
  takeTag(name: string, link: Link): CommandTag {
    const lower = name.toLowerCase();
    // Frames leave in the order in which the client serialised them; a SELECT that the client slips in between
    // the commands of a pipeline is the one exception, so look further when the name does not fit.
    const at = this.#outbox.findIndex((tag) => tag.name === lower);
    if (at === 0) return this.#outbox.shift()!;
    if (at > 0) return this.#outbox.splice(at, 1)[0]!;
    const handshake = !link.greeted && isHandshake(name);
    const announced = handshake
      ? -1
      : this.#announced.findIndex((tag) => tag.name === lower || tag.name === '');
    if (announced >= 0) {
      const tag = this.#announced.splice(announced, 1)[0]!;
      tag.name = lower;
      return tag;
    }
    return this.#newTag(currentFlow() ?? this.flow, lower, handshake, true);
  }

  /**
   * A client library said that it was given a command, by the flow that runs now, and will write it later.
   *
   * @param name - in lower case; undefined when it did not say
   */
  announce(name: string | undefined): CommandTag {
    const flow = currentFlow() ?? this.flow;
    const tag = this.#newTag(flow, name ?? '', false, false);
    flow.outstanding.add(tag);
    this.#announced.push(tag);
    return tag;
  }

  /** An announced command has settled, whether it was written or not. */
  withdraw(tag: CommandTag): void {
    tag.flow.outstanding.delete(tag);
    const at = this.#announced.indexOf(tag);
    if (at >= 0) this.#announced.splice(at, 1);
  }

  /** A new connection begins with nothing serialised for it. */
  connectionOpened(link: Link): void {
    this.link = link;
    this.#outbox.length = 0;
  }

  #tag(command: IoredisCommand, status: string): CommandTag {
    const known = command[TAG];
    if (known !== undefined) return known;
    const flow = command[ISSUER] ?? currentFlow() ?? this.flow;
    const name = String(command.name).toLowerCase();
    const handshake = status === 'connect' && isHandshake(name.toUpperCase());
    const tag = this.#newTag(flow, name, handshake, false);
    command[TAG] = tag;
    const { toWritable, resolve, reject } = command;
    // V8 puts a function that is written down as the value of a property among the old objects, where it would keep
    // this whole execution until the next full collection: so these have names first.
    const serialise: IoredisCommand['toWritable'] = (socket) => {
      const bytes = toWritable.call(command, socket);
      tag.name = String(command.name).toLowerCase();
      this.#outbox.push(tag);
      return bytes;
    };
    command.toWritable = serialise;
    if (handshake) return tag;
    // Settling is observed without touching the promise: a handler on it would hide an unhandled rejection.
    flow.outstanding.add(tag);
    const resolved: IoredisCommand['resolve'] = (value) => {
      flow.outstanding.delete(tag);
      // It is over and never sent again. ioredis's own functions keep it for a while (see above), but not its worker.
      command[TAG] = undefined;
      command.toWritable = toWritable;
      command.resolve = resolve;
      command.reject = reject;
      resolve(value);
    };
    const rejected: IoredisCommand['reject'] = (error) => {
      flow.outstanding.delete(tag);
      reject(error);
    };
    command.resolve = resolved;
    command.reject = rejected;
    return tag;
  }

  #newTag(flow: Flow, name: string, handshake: boolean, byWire: boolean): CommandTag {
    const nth = handshake ? 0 : (flow.commands += 1);
    const source = this.network.traced ? callerSource() : undefined;
    return { flow, nth, handshake, byWire, source, name, attempts: 0 };
  }

  #hold(tag: CommandTag, command: IoredisCommand, stream: object | undefined, send: () => void): void {
    // A pipeline is written as a whole, whoever put commands into it.
    const batch = stream === undefined ? undefined : this.held.find((call) => call.batch === stream);
    if (batch !== undefined) {
      batch.release.push(send);
      return;
    }
    const args = [tag.name, ...command.args.map(String)];
    this.held.push({ seq: this.network.nextSeq(), tag, args, batch: stream, release: [send] });
  }
}

/**
 * ioredis keeps most errors quiet that nobody listens for, but not all: some it emits as any emitter does, which throws.
 * The lab's own listener must not change that.
 */
function keepErrorsLoud(redis: Redis): void {
  const target = redis as unknown as {
    emit: (name: string, ...args: unknown[]) => boolean;
    silentEmit?: (...args: unknown[]) => boolean;
  };
  const { emit, silentEmit } = target;
  let quiet = false;
  if (silentEmit === undefined) return;
  target.silentEmit = (...args) => {
    quiet = true;
    try {
      return silentEmit.apply(redis, args);
    } finally {
      quiet = false;
    }
  };
  target.emit = (name, ...args) => {
    const heard = emit.call(redis, name, ...args);
    if (name === 'error' && !quiet && redis.listenerCount('error') === 1) throw args[0];
    return heard;
  };
}

/** With automatic pipelining commands of several workers are sent together, later, by one of them. */
function noteIssuers(redis: IoredisClient): void {
  const { pipeline } = redis;
  redis.pipeline = (...args) => {
    const created = pipeline.apply(redis, args);
    const { sendCommand } = created;
    created.sendCommand = (command) => {
      const flow = currentFlow();
      if (flow !== undefined) command[ISSUER] = flow;
      return sendCommand.call(created, command);
    };
    return created;
  };
}

type Entry = readonly [string, unknown];

/** What code may change on a client object: options, commands of its own, listeners. */
class Fingerprint {
  readonly #options: readonly Entry[];
  readonly #methods: readonly Entry[];
  readonly #listeners: number;

  constructor(redis: Redis) {
    this.#options = Object.entries(redis.options);
    this.#methods = Object.entries(redis).filter(([, value]) => typeof value === 'function');
    this.#listeners = countListeners(redis);
  }

  fits(redis: Redis): boolean {
    return (
      this.#listeners === countListeners(redis) &&
      isMadeOf(redis.options, this.#options, false) &&
      isMadeOf(redis, this.#methods, true)
    );
  }
}

/**
 * Does an object have just these properties, or these methods, in this order? It is asked of every client after every
 * execution, so it takes one pass and makes no intermediate lists.
 */
function isMadeOf(object: object, entries: readonly Entry[], methodsOnly: boolean): boolean {
  let count = 0;
  for (const key of Object.keys(object)) {
    const value = (object as Record<string, unknown>)[key];
    if (methodsOnly && typeof value !== 'function') continue;
    const entry = entries[count++];
    if (entry === undefined || entry[1] !== value || entry[0] !== key) return false;
  }
  return count === entries.length;
}

function countListeners(redis: Redis): number {
  let count = 0;
  for (const event of redis.eventNames()) count += redis.listenerCount(event);
  return count;
}
