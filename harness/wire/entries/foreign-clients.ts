import { runInFlow, type Flow } from '../../base/flow.js';
import { addressText, isSameAddress, type ConnectOptions } from '../../clock/connect-arguments.js';
import type { ClientEnd, StreamPeer } from '../gate/client-stream.js';
import type { Client, Network } from '../gate/client.js';
import { Link } from '../gate/link.js';

/** How a connection came in: a hooked socket of this process, or a real one on a port. @internal */
export type Way = 'socket' | 'port';

/** A connection that a client asks for. @internal */
export interface ForeignConnection {
  /** Who asks. */
  readonly flow: Flow;
  readonly way: Way;
  /** What may stay the same over all connections of one client object: its options object, where it shows one. */
  readonly key: object | undefined;
  /** By which id a library's trace events call the client, where they do. */
  readonly traceId?: string | undefined;
  /** The client, where the lab knows it. */
  readonly client: Client | undefined;
  /** Makes the client's end of the connection. */
  readonly end: (peer: StreamPeer) => ClientEnd;
}

interface Known {
  readonly client: Client;
  readonly way: Way;
  readonly key: object | undefined;
  readonly traceId: string | undefined;
  /** It connected more than once with that key, so that the key tells its connections from others. */
  keyed: boolean;
  link: Link;
}

/** Where an application looks for its Redis, and in which flow its clients live. @internal */
export interface Mapping {
  readonly flow: Flow;
  /** Does it look for it there? */
  maps(options: ConnectOptions): boolean;
}

/** A client object of the application that comes by its address. */
interface AppEntry {
  readonly client: Client;
  readonly address: string;
  readonly traceId: string | undefined;
  /** Its options object, once it has connected. */
  key: object | undefined;
}

/** Where a flow keeps its registry: a weak map from flows would hold on to whole executions for a while. */
const REGISTRY = Symbol('race-lab.foreign-clients');

interface Served extends Flow {
  [REGISTRY]?: ForeignClients | undefined;
}

/**
 * The registry of the execution that a flow belongs to; undefined for setup, invariants and code outside.
 *
 * @internal
 */
export function foreignClientsOf(flow: Flow): ForeignClients | undefined {
  return (flow as Served)[REGISTRY];
}

/**
 * The clients of one execution that the lab did not construct: it knows them by the connections that they open. A
 * new connection may come from a new client, or from one that lost its connection; only the second is a reconnect,
 * and so a step.
 *
 * @internal
 */
export class ForeignClients {
  readonly #known: Known[] = [];
  readonly #byTraceId = new Map<string, Client>();
  readonly #byHost = new Map<string, Client>();
  readonly #app: AppEntry[] = [];
  /** Of the application, if the scenario has one. */
  mapping: Mapping | undefined;

  constructor(readonly network: Network) {}

  /** A client object of the application may connect to this address at any time. */
  expectApp(client: Client, address: string, traceId: string | undefined): void {
    this.#app.push({ client, address, traceId, key: undefined });
  }

  /** The application's client that connects now, if it is one of those that it declared. */
  appClient(options: ConnectOptions, traceId: string | undefined): Client | undefined {
    const address = addressText(options);
    const entries = this.#app.filter((entry) => isSameAddress(entry.address, address));
    const idle = entries.filter(({ client: { link } }) => link === undefined || link.phase === 'closed');
    const entry =
      entries.find((one) => traceId !== undefined && one.traceId === traceId) ??
      idle.find(({ key }) => key === options) ??
      idle.find((one) => one.traceId === undefined && one.client.link === undefined) ??
      idle.find((one) => one.traceId === undefined);
    if (entry !== undefined) entry.key = options;
    return entry?.client;
  }

  /** From now on, connections of this flow come here. */
  serve(flow: Flow): void {
    (flow as Served)[REGISTRY] = this;
  }

  /** The execution is over. A flow that never had such a client need not keep hold of it. */
  leave(flow: Flow): void {
    if (this.#known.length === 0) (flow as Served)[REGISTRY] = undefined;
  }

  /** Puts a connection before the gate. */
  open(connection: ForeignConnection): Link {
    const { way, key, traceId, end } = connection;
    const known = connection.client === undefined ? this.#reconnecting(connection) : undefined;
    const client = connection.client ?? known?.client ?? this.network.anotherClient(connection.flow);
    client.connects += 1;
    const link = new Link(client, client.connects, end);
    if (known !== undefined) known.link = link;
    else if (connection.client === undefined)
      this.#known.push({ client, way, key, traceId, keyed: false, link });
    if (traceId !== undefined) this.#byTraceId.set(traceId, client);
    client.connectionOpened(link);
    // In the flow of the client: on a port, what runs now is the lab itself.
    runInFlow(client.flow, () => this.network.connecting(link));
    return link;
  }

  /** A client that the lab constructed connects to a host name of its own. */
  expect(client: Client, host: string): void {
    this.#byHost.set(host, client);
  }

  /** The client that connects to this host name now; a duplicate of it, which has the same one, is another client. */
  expected(host: string): Client | undefined {
    const client = this.#byHost.get(host);
    const open = client?.link !== undefined && client.link.phase !== 'closed';
    return client?.redis?.status === 'connecting' && !open ? client : undefined;
  }

  /** The client that a library's trace events call by this id. */
  traced(id: string): Client | undefined {
    return this.#byTraceId.get(id);
  }

  /**
   * The client that connects again, if this connection is no new client's. Trace events tell for certain. Next best is
   * the options object: most libraries keep one for each client. Those that make a new one each time (ioredis, without
   * the lab's connector) are recognised by what happened: the lab broke the last connection of a client of this worker. One
   * that a client closed by itself is over, and the next connection is another client's.
   */
  #reconnecting({ flow, way, key, traceId }: ForeignConnection): Known | undefined {
    const candidates = this.#known.filter(
      (known) => known.client.flow === flow && known.way === way && known.link.phase === 'closed',
    );
    if (traceId !== undefined) return candidates.find((known) => known.traceId === traceId);
    const same = key === undefined ? undefined : candidates.find((known) => known.key === key);
    if (same !== undefined) {
      same.keyed = true;
      return same;
    }
    return candidates.find((known) => known.link.broken && !known.keyed && known.traceId === undefined);
  }
}
