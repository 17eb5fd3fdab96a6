import type { Redis } from 'ioredis';
import { callerSource } from '../../base/caller-source.js';
import { countNamed, currentFlow, runInFlow, type CommandTag, type Flow } from '../../base/flow.js';
import { isHandshake } from './connection-state.js';
import { Fingerprint } from './fingerprint.js';
import { hasScripts, hookCommands, isAtRest, keepErrorsLoud, type CommandOwner } from './ioredis-hooks.js';
import type { Link, LinkClient, LinkNetwork } from './link.js';

/** What a client asks of the execution that it takes part in. @internal */
export interface Network extends LinkNetwork {
  /** Keep the source line of every command. */
  readonly traced: boolean;
  /** A client wants a connection. */
  connecting(link: Link): void;
  /** The client emitted `error`; `handled` tells whether the user listens. */
  clientError(client: Client, error: unknown, handled: boolean): void;
  /** Another client object came into being in this flow, one that the lab did not construct itself. */
  anotherClient(flow: Flow): Client;
}

/**
 * A call on a shared client that waits to be handed to that client: commands written together stay together.
 *
 * @internal
 */
export interface HeldCall {
  /** Order of arrival at the gate, together with commands. */
  seq: number;
  /** Who issued it; of several, the first. */
  readonly tag: CommandTag;
  /** Name in lower case, and arguments. */
  readonly args: readonly string[];
  /** The client will make other arguments of these: what the command touches is known once it is written. */
  readonly opaque?: boolean;
  /** Commands with the same one are written together. */
  readonly batch: object | undefined;
  /** Each hands one command to the client object. */
  readonly release: (() => void)[];
}

/**
 * Whose a client is: of all workers together, made by the lab or by the application; of one worker, given to it; or a
 * further one, which a worker made.
 *
 * @internal
 */
export type ClientKind = 'shared' | 'app' | 'own' | 'further';

/**
 * A Redis client under the lab's control: knows which worker issued each frame, and lets several workers share
 * one client while the lab decides whose call the client sees next.
 *
 * @internal
 */
export class Client implements LinkClient, CommandOwner {
  /** Several workers use it. */
  readonly shared: boolean;
  /** The execution that it takes part in. */
  network: Network;
  /** The flow that owns the connection: a worker, or worker 0 for a shared client. */
  flow: Flow;
  /** Undefined for a client that the lab knows by its connections only: made from `clientOptions`, or a duplicate; and as long as it is not made. */
  redis: Redis | undefined;
  /** Is it connected? Only where its calls are held although it is none of ioredis. */
  isReady: (() => boolean) | undefined;
  /** Its newest connection. */
  link: Link | undefined;
  /** Calls of workers on a shared client that the client has not seen yet. */
  readonly held: HeldCall[] = [];
  touched = false;
  /** A worker has it in hand. What nobody uses yet is out of the reach of faults: nobody could notice them. */
  taken: boolean;
  connects = 0;
  refuse = 0;
  errorReply: LinkClient['errorReply'];
  /** Commands that were serialised and not yet seen on the wire. */
  readonly #outbox: CommandTag[] = [];
  /** Commands that a client library said it will write, in that order; no name where it did not tell. */
  readonly #announced: CommandTag[] = [];
  #releasing = false;
  #asAdopted: Fingerprint | undefined;

  constructor(
    /** The same in every execution of its scenario. */
    public name: string,
    readonly kind: ClientKind,
    flow: Flow,
    network: Network,
  ) {
    this.shared = kind === 'shared' || kind === 'app';
    // What somebody made himself, he uses.
    this.taken = kind === 'further' || kind === 'app';
    this.flow = flow;
    this.network = network;
  }

  /** Takes over a client object: from now on its commands and errors go through here. */
  adopt(redis: Redis): void {
    this.redis = redis;
    redis.on('error', (error) => this.network.clientError(this, error, redis.listenerCount('error') > 1));
    keepErrorsLoud(redis);
    hookCommands(redis, this);
    this.#asAdopted = new Fingerprint(redis);
  }

  /** True when no execution could tell this client from one that has just connected. */
  get pristine(): boolean {
    const { redis, link } = this;
    if (redis === undefined || link === undefined || this.touched || !this.idle) return false;
    // A custom command is EVAL the first time and EVALSHA from then on.
    return !(link.state.scripted && hasScripts(redis)) && this.#asAdopted?.fits(redis) === true;
  }

  /** Does it write what it is given at once? */
  get ready(): boolean {
    return this.isReady?.() ?? this.redis?.status === 'ready';
  }

  /** True when it is connected, by its first connection, and nothing is under way. */
  get idle(): boolean {
    const { redis, link } = this;
    if (redis === undefined || link === undefined || this.connects !== 1) return false;
    return link.pristine && this.held.length === 0 && isAtRest(redis);
  }

  issued(flow: Flow | undefined, name: string, handshake: boolean): CommandTag {
    return this.#newTag(flow ?? currentFlow() ?? this.flow, name, handshake, false);
  }

  serialised(tag: CommandTag): void {
    this.#outbox.push(tag);
  }

  /** True for the calls of workers on a shared client: which of them comes next is the lab's choice. */
  holds(tag: CommandTag): boolean {
    return this.shared && tag.flow.worker > 0 && tag.attempts === 0 && !this.#releasing;
  }

  hold(
    tag: CommandTag,
    args: readonly unknown[],
    batch: object | undefined,
    send: () => void,
    opaque = false,
  ): void {
    // A pipeline is written as a whole, also where several workers put commands into it.
    const together = batch === undefined ? undefined : this.held.find((call) => call.batch === batch);
    if (together !== undefined) {
      together.release.push(send);
      return;
    }
    const words = [tag.name, ...args.map(String)];
    this.held.push({ seq: this.network.nextSeq(), tag, args: words, opaque, batch, release: [send] });
  }

  /** Hands a held call to the client, as if its worker had been scheduled just now. */
  release(call: HeldCall): void {
    this.held.splice(this.held.indexOf(call), 1);
    this.#releasing = true;
    try {
      runInFlow(call.tag.flow, () => {
        const { immediates } = call.tag.flow;
        const before = immediates.length;
        for (const send of call.release) send();
        // Some clients write in the next turn, all that they were given by then. That was this.
        if (this.isReady !== undefined) for (const write of immediates.splice(before)) write();
      });
    } finally {
      this.#releasing = false;
    }
  }

  takeTag(name: string, greeted: boolean): CommandTag {
    const lower = name.toLowerCase();
    // Frames leave in the order in which the client serialised them; a SELECT that the client slips in between
    // the commands of a pipeline is the one exception, so look further when the name does not fit.
    const at = this.#outbox.findIndex((tag) => tag.name === lower);
    if (at === 0) return this.#outbox.shift()!;
    if (at > 0) return this.#outbox.splice(at, 1)[0]!;
    const handshake = !greeted && isHandshake(name);
    const announced = handshake
      ? -1
      : this.#announced.findIndex((tag) => tag.name === lower || tag.name === '');
    if (announced >= 0) {
      const tag = this.#announced.splice(announced, 1)[0]!;
      if (tag.nthOfName === 0) tag.nthOfName = countNamed(tag.flow, lower);
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

  /** A command that was issued is what the client writes next. */
  expects(tag: CommandTag): void {
    this.#announced.push(tag);
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

  #newTag(flow: Flow, name: string, handshake: boolean, byWire: boolean): CommandTag {
    const nth = handshake ? 0 : (flow.commands += 1);
    const source = this.network.traced ? callerSource() : undefined;
    const nthOfName = handshake || name === '' ? 0 : countNamed(flow, name);
    return { flow, nth, nthOfName, handshake, byWire, source, name, attempts: 0 };
  }
}
