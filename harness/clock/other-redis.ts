import { Socket } from 'node:net';
import { currentFlow, type Flow, type PastTheLab } from '../base/flow.js';
import { addressText, connectOf } from './connect-arguments.js';
import { placeNow } from './places.js';

/** A connection of this process that is not the lab's. */
interface OutsideConnection {
  readonly address: string;
  readonly trace: Error;
  state: 'connecting' | 'open' | 'failed';
  /** When that began, in real ms. */
  sinceMs: number;
  why: string | undefined;
}

/** A client of this process that speaks to a Redis which is not the lab's, in nobody's flow. @internal */
export interface OutsideClient {
  /** Where that Redis is, or should be. */
  readonly address: string;
  /** What is known of it, for people. */
  readonly how: string;
}

/** The first bytes of a command, as every client of Redis writes it. */
const REQUEST = /^\*\d{1,7}\r\n(?:\$\d|$)/;
const NAME = /^\*\d+\r\n\$\d+\r\n([^\r\n]+)\r\n/;
/** Packages that connect to a Redis and to nothing else. */
const PACKAGE = /[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]*(?:redis|valkey)[^\\/]*[\\/]/i;
/** Frames that hand a connect on. */
const NOT_ASKED = /\(node:|at node:|[\\/]harness[\\/](?:clock|wire)[\\/](?!.*\.test\.)/;
const DEFAULT_PORT = ':6379';
const HEAD_LENGTH = 64;
const STACK_DEPTH = 40;
const KNOWN_MAX = 100;
/** A client that has not tried again for so long has given up. */
const RETRY_MS = 10_000;

/** Real time, whatever is put in its place later. */
const now = performance.now.bind(performance);

const ours = new WeakSet<Socket>();
const connections = new WeakMap<Socket, OutsideConnection>();
/** The last connection to each address. */
const byAddress = new Map<string, OutsideConnection>();
/** Who last wrote a command in nobody's flow, and when, by address. */
const spoke = new Map<string, number>();
let accused = 0;

/** A connection of the lab itself, or one that ends at it. @internal */
export function markOurs(socket: Socket): void {
  ours.add(socket);
  const known = connections.get(socket);
  if (known !== undefined && byAddress.get(known.address) === known) byAddress.delete(known.address);
}

/** What connects to an address in nobody's flow is known, and nobody waits for it. @internal */
export function forgetConnects(address: string): void {
  byAddress.delete(address);
  spoke.delete(address);
}

/** Code writes to a socket: if that is a command for a Redis, then for one past the lab. @internal */
export function noteWrite(socket: Socket, first: string | Buffer): void {
  if (ours.has(socket)) return;
  const head =
    typeof first === 'string' ? first.slice(0, HEAD_LENGTH) : first.toString('latin1', 0, HEAD_LENGTH);
  if (!REQUEST.test(head)) return;
  const address = addressOf(socket);
  const flow = currentFlow();
  if (flow === undefined) remember(spoke, address, now());
  else accuse(flow, { address, command: NAME.exec(head)?.[1]?.toUpperCase() });
}

function accuse(flow: Flow, { address, command }: Omit<PastTheLab, 'place'>): void {
  if (!flow.alive || flow.pastTheLab !== undefined) return;
  flow.pastTheLab = { address, command, place: placeNow() };
  if (flow.waits === 'virtual') accused += 1;
  flow.onPastTheLab?.(flow.pastTheLab);
}

/** False when no flow spoke to another Redis: the usual case, and a cheap question. @internal */
export function anyPastTheLab(): boolean {
  return accused > 0;
}

/** The flow is over. @internal */
export function forgetPastTheLab(flow: Flow): void {
  if (flow.pastTheLab === undefined) return;
  flow.pastTheLab = undefined;
  if (flow.waits === 'virtual') accused -= 1;
}

/**
 * Clients of this process that are not the lab's and that a worker may be waiting for: they try to connect, cannot, or
 * were at work in the meantime. Which worker gave them something to do nobody knows, since they do it later.
 *
 * @param sinceMs - when the execution began, in real ms
 * @internal
 */
export function outsideClients(sinceMs: number): OutsideClient[] {
  const found: OutsideClient[] = [];
  const atMs = now();
  for (const { address, state, why, trace, sinceMs: at } of [...byAddress.values()].reverse()) {
    if (state === 'open' || atMs - at > RETRY_MS) continue;
    if (!PACKAGE.test(firstFrame(trace)) && !address.endsWith(DEFAULT_PORT)) continue;
    found.push({ address, how: why === undefined ? 'not connected yet' : `cannot be reached: ${why}` });
  }
  for (const [address, at] of spoke) if (at >= sinceMs) found.push({ address, how: 'asked in the meantime' });
  return found;
}

function addressOf(socket: Socket): string {
  const known = connections.get(socket);
  if (known !== undefined) return known.address;
  const { remoteAddress, remotePort } = socket;
  return remoteAddress === undefined ? 'a unix socket' : `${remoteAddress}:${remotePort}`;
}

/** The innermost frame of a stack that is neither Node's nor the lab's. */
function firstFrame({ stack = '' }: Error): string {
  return stack.split('\n').find((line) => /^\s+at /.test(line) && !NOT_ASKED.test(line)) ?? '';
}

function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > KNOWN_MAX) map.delete(map.keys().next().value!);
}

/** Takes note of a connect. @returns why it must not be, where a worker's own client would reach another Redis */
function noteConnect(socket: Socket, args: readonly unknown[]): Error | undefined {
  if (ours.has(socket)) return undefined;
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = STACK_DEPTH;
  const trace = new Error('connects');
  Error.stackTraceLimit = limit;
  const address = addressText(connectOf(args).options);
  const connection: OutsideConnection = {
    address,
    trace,
    state: 'connecting',
    sinceMs: now(),
    why: undefined,
  };
  connections.set(socket, connection);
  const become = (state: OutsideConnection['state'], why?: string): void => {
    Object.assign(connection, { state, why, sinceMs: now() });
  };
  socket.prependOnceListener('connect', () => become('open'));
  socket.once('close', () => {
    if (connection.state === 'connecting') become('failed', socket.errored?.message ?? 'closed');
  });
  const flow = currentFlow();
  // What a flow itself connects to is seen at once.
  if (flow === undefined) remember(byAddress, address, connection);
  if (flow === undefined || !PACKAGE.test(firstFrame(trace))) return undefined;
  accuse(flow, { address, command: undefined });
  return flow.waits === 'virtual' ? new Error(`${address} is not the Redis of the lab`) : undefined;
}

/**
 * Sees every connection that is opened in this process, for as long as it lives: clients that are opened before the first
 * exploration are those that get past the lab.
 */
function watchConnects(): void {
  const { connect } = Socket.prototype;
  const watched = function (this: Socket, ...args: unknown[]): Socket {
    const refused = noteConnect(this, args);
    return refused === undefined
      ? ((connect as Function).apply(this, args) as Socket)
      : this.destroy(refused);
  };
  Socket.prototype.connect = watched;
}

watchConnects();
