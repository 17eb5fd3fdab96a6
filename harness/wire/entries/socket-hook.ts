import { createRequire, syncBuiltinESMExports } from 'node:module';
import type { Socket } from 'node:net';
import { promisify } from 'node:util';
import { counted } from '../../base/counted.js';
import { currentFlow, type Flow } from '../../base/flow.js';
import { connectOf, type Connect, type ConnectOptions } from '../../clock/connect-arguments.js';
import { markOurs } from '../../clock/other-redis.js';
import type { Client } from '../gate/client.js';
import { directClientsOf } from './direct-clients.js';
import { foreignClientsOf } from './foreign-clients.js';
import { GatedSocket } from './gated-socket.js';
import { followNodeRedis, nodeRedisConnecting } from './node-redis-trace.js';
import { tcpEntryOn, type TcpEntry } from './tcp-entry.js';

const require = createRequire(import.meta.url);
const net = require('node:net') as typeof import('node:net');
const tls = require('node:tls') as typeof import('node:tls');
const dns = require('node:dns') as typeof import('node:dns');

/**
 * Host name that means the lab's Redis, inside a worker. `.test` is reserved (RFC 6761): it is nobody's.
 *
 * @internal
 */
export const LAB_HOST = 'redis.race-lab.test';
/** Any port will do. @internal */
export const LAB_PORT = 6379;
/** The lab's Redis as an address for clients that take one. @internal */
export const LAB_URL = `redis://${LAB_HOST}:${LAB_PORT}`;

/** The same, in parts. @internal */
export const LAB_ADDRESS = { host: LAB_HOST, port: LAB_PORT } as const;

/** The lab's Redis, for one client object that the lab is to recognise by it. @internal */
export function labHostOf(client: Client): string {
  return `${client.name}.${LAB_HOST}`;
}

/** Does the application that runs now look for its Redis there? */
function isMapped(options: ConnectOptions): boolean {
  const flow = currentFlow();
  return flow !== undefined && foreignClientsOf(flow)?.mapping?.maps(options) === true;
}

function isLabHost(host: string | undefined): boolean {
  return host === LAB_HOST || host?.endsWith(`.${LAB_HOST}`) === true;
}

/**
 * The way in for every other client in this process: inside a worker, a socket that connects to `LAB_HOST` ends at
 * the gate. All other sockets pass through untouched. Nested calls count.
 *
 * The hook is on `Socket.prototype.connect`, through which `net.connect`, `net.createConnection` and
 * `new net.Socket().connect` all go, so a client that took one of them before the lab was there is hooked as well.
 * `tls.connect` is replaced: a client that asks for TLS gets a connection that says it is secure. So is `dns.lookup`,
 * since some clients want to know first what kind of address it is.
 *
 * @returns a function that takes this installation back
 * @internal
 */
export const installSocketHook = counted(install);

function install(): () => void {
  const { connect } = net.Socket.prototype;
  net.Socket.prototype.connect = function (this: Socket, ...args: unknown[]): Socket {
    const wanted = connectOf(args);
    const flow = currentFlow();
    const entry = flow === undefined ? undefined : tcpEntryAt(wanted.options);
    if (flow !== undefined && entry !== undefined) return connectLocally(this, wanted, entry, flow, connect);
    if (isLabHost(wanted.options.host) || isMapped(wanted.options)) return gate(this, wanted, false);
    return (connect as Function).apply(this, args) as Socket;
  };

  const secureConnect = tls.connect;
  const replacement = (...args: unknown[]): unknown => {
    const wanted = connectOf(args);
    if (!isLabHost(wanted.options.host) && !isMapped(wanted.options))
      return (secureConnect as Function)(...args) as unknown;
    return gate(new net.Socket(), wanted, true);
  };
  tls.connect = replacement as typeof secureConnect;
  const undo = [replaceLookup(), followNodeRedis()];
  syncBuiltinESMExports();
  return () => {
    for (const step of undo) step();
    net.Socket.prototype.connect = connect;
    tls.connect = secureConnect;
    syncBuiltinESMExports();
  };
}

/** The reserved name has an address, without anybody being asked. */
function replaceLookup(): () => void {
  const { lookup } = dns;
  const lookupPromise = dns.promises.lookup;
  const answer = (options: unknown): unknown => {
    const found = { address: '127.0.0.1', family: 4 };
    return typeof options === 'object' && options !== null && 'all' in options && options.all === true
      ? [found]
      : found;
  };
  const replacement = (host: string, ...args: unknown[]): unknown => {
    const callback = args.at(-1);
    if (!isLabHost(host) || typeof callback !== 'function')
      return (lookup as Function)(host, ...args) as unknown;
    const found = answer(args[0]);
    const results = Array.isArray(found) ? [found] : Object.values(found as object);
    process.nextTick(callback, null, ...(results as []));
    return {};
  };
  const promised = (host: string, options?: unknown): unknown =>
    isLabHost(host) ? Promise.resolve(answer(options)) : (lookupPromise as Function)(host, options);
  dns.lookup = Object.assign(replacement, { [promisify.custom]: promised }) as unknown as typeof lookup;
  dns.promises.lookup = promised as typeof lookupPromise;
  return () => {
    dns.lookup = lookup;
    dns.promises.lookup = lookupPromise;
  };
}

/** Makes a socket end at the gate of the worker that is running. */
function gate(socket: Socket, { options, callback }: Connect, secure: boolean): Socket {
  if (callback !== undefined) socket.once(secure ? 'secureConnect' : 'connect', callback);
  if ('encrypted' in socket) {
    return socket.destroy(
      new Error(`tls.connect was taken before the lab replaced it: import its module after the lab`),
    );
  }
  const flow = currentFlow();
  const port = Number(options.port ?? LAB_PORT);
  const direct = flow === undefined ? undefined : directClientsOf(flow);
  if (flow !== undefined && direct !== undefined) {
    direct.open((peer) => new GatedSocket(socket, peer, flow, { port, secure }));
    return socket;
  }
  const clients = flow === undefined ? undefined : foreignClientsOf(flow);
  if (flow === undefined || clients === undefined) {
    return socket.destroy(new Error(`${LAB_HOST} is the Redis of a worker: there is no worker here`));
  }
  const traceId = nodeRedisConnecting();
  const { mapping } = clients;
  // What the application opens belongs to nobody in it alone.
  const owner = mapping?.maps(options) === true ? mapping.flow : flow;
  clients.open({
    flow: owner,
    way: 'socket',
    key: options,
    traceId,
    client: clients.appClient(options, traceId) ?? clients.expected(options.host ?? ''),
    end: (peer) => new GatedSocket(socket, peer, owner, { port, secure }),
  });
  return socket;
}

/** Lets a socket of this process connect to a port of the lab when the lab decides it. */
function connectLocally(
  socket: Socket,
  { options, callback }: Connect,
  entry: TcpEntry,
  flow: Flow,
  connect: Function,
): Socket {
  const connectTo = (port = entry.port): void => {
    connect.call(socket, { ...options, host: entry.host, port }, callback);
  };
  markOurs(socket);
  entry.noticeEnds();
  entry.connectLocally(
    { socket, flow, connect: connectTo },
    {
      key: options,
      traceId: nodeRedisConnecting(),
      client: foreignClientsOf(flow)?.expected(options.host ?? ''),
    },
  );
  return socket;
}

/** The port of the lab that an address means: by its own address, or by the name of a client that is to use it. */
function tcpEntryAt({ host, port }: ConnectOptions): TcpEntry | undefined {
  const local = host === '127.0.0.1' || host === 'localhost';
  return local || (host !== LAB_HOST && isLabHost(host)) ? tcpEntryOn(Number(port)) : undefined;
}
