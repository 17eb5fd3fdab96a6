import type { Redis } from 'ioredis';
import { actFor } from '../../base/acting.js';
import { currentFlow, type CommandTag, type Flow } from '../../base/flow.js';
import { isHandshake } from './connection-state.js';

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

/** Is told of the commands of a client object. @internal */
export interface CommandOwner {
  /**
   * A command was issued.
   *
   * @param flow - by whom, where that is known from elsewhere than the flow that runs now
   * @param name - in lower case
   */
  issued(flow: Flow | undefined, name: string, handshake: boolean): CommandTag;
  /** A command was turned into a frame, which is written next. */
  serialised(tag: CommandTag): void;
  /** Is this command, of a client that is ready, to wait for the lab? */
  holds(tag: CommandTag): boolean;
  /**
   * Keeps it.
   *
   * @param batch - commands with the same one are written together
   * @param send - hands it to the client object
   */
  hold(tag: CommandTag, args: readonly unknown[], batch: object | undefined, send: () => void): void;
}

/** Hooks the one method through which all commands of a client object go. @internal */
export function hookCommands(redis: Redis, owner: CommandOwner): void {
  const target = redis as unknown as IoredisClient;
  const send = target.sendCommand;
  target.sendCommand = (command, stream, node) => {
    const tag = tagOf(command, target.status, owner);
    // A promise that never settles: the caller is part of an execution that is over, or its worker crashed.
    if (!tag.flow.alive) return new Promise(() => {});
    const sendNow = (): unknown => actFor(owner, () => send.call(redis, command, stream, node));
    if (target.status === 'ready' && owner.holds(tag)) {
      owner.hold(tag, command.args, stream, () => void sendNow());
      return command.promise;
    }
    return sendNow();
  };
  if (redis.options.enableAutoPipelining === true) noteIssuers(target);
}

/** The tag of a command; one that has none yet gets one, and is followed until it settles. */
function tagOf(command: IoredisCommand, status: string, owner: CommandOwner): CommandTag {
  const known = command[TAG];
  if (known !== undefined) return known;
  const name = String(command.name).toLowerCase();
  const handshake = status === 'connect' && isHandshake(name.toUpperCase());
  const tag = owner.issued(command[ISSUER], name, handshake);
  command[TAG] = tag;
  const { toWritable, resolve, reject } = command;
  // V8 puts a function that is written down as the value of a property among the old objects, where it would keep
  // this whole execution until the next full collection: so these have names first.
  const serialise: IoredisCommand['toWritable'] = (socket) => {
    const bytes = toWritable.call(command, socket);
    tag.name = String(command.name).toLowerCase();
    owner.serialised(tag);
    return bytes;
  };
  command.toWritable = serialise;
  if (handshake) return tag;
  const { outstanding } = tag.flow;
  // Settling is observed without touching the promise: a handler on it would hide an unhandled rejection.
  outstanding.add(tag);
  const resolved: IoredisCommand['resolve'] = (value) => {
    outstanding.delete(tag);
    // It is over and never sent again. ioredis's own functions keep it for a while (see above), but not its worker.
    command[TAG] = undefined;
    command.toWritable = toWritable;
    command.resolve = resolve;
    command.reject = reject;
    resolve(value);
  };
  const rejected: IoredisCommand['reject'] = (error) => {
    outstanding.delete(tag);
    reject(error);
  };
  command.resolve = resolved;
  command.reject = rejected;
  return tag;
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

/**
 * ioredis keeps most errors quiet that nobody listens for, but not all: some it emits as any emitter does, which throws.
 * The lab's own listener must not change that.
 *
 * @internal
 */
export function keepErrorsLoud(redis: Redis): void {
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

/** Is it connected, with no command under way or waiting? @internal */
export function isAtRest(redis: Redis): boolean {
  const { status, commandQueue, offlineQueue } = redis as unknown as IoredisClient;
  return status === 'ready' && (commandQueue?.length ?? 0) === 0 && (offlineQueue?.length ?? 0) === 0;
}

/** Has it commands of its own that are scripts? @internal */
export function hasScripts(redis: Redis): boolean {
  const { scriptsSet } = redis as unknown as IoredisClient;
  return Object.keys(scriptsSet ?? {}).length > 0;
}
