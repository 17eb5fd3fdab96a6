import { runInFlow, type Flow } from '../flow.js';
import type { ClientEnd, StreamPeer } from './client-stream.js';
import type { Client, Network } from './client.js';
import { Link } from './link.js';

/** How a connection came in: a hooked socket of this process, or a real one on a port. */
export type Way = 'socket' | 'port';

/** A connection that a client asks for. */
export interface ForeignConnection {
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

/** Where a flow keeps its registry: a weak map from flows would hold on to whole executions for a while. */
const REGISTRY = Symbol('race-lab.foreign-clients');

interface Served extends Flow {
  [REGISTRY]?: ForeignClients | undefined;
}

/** The registry of the execution that a flow belongs to; undefined for setup, invariants and code outside. */
export function foreignClientsOf(flow: Flow): ForeignClients | undefined {
  return (flow as Served)[REGISTRY];
}

/**
 * The clients of one execution that the lab did not construct: it knows them by the connections that they open. A
 * new connection may come from a new client, or from one that lost its connection; only the second is a reconnect,
 * and so a step.
 */
export class ForeignClients {
  readonly #known: Known[] = [];
  readonly #byTraceId = new Map<string, Client>();
  readonly #byHost = new Map<string, Client>();

  constructor(readonly network: Network) {}

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
    const link = new Link(client, client.connects, client.connects > 1, end);
    if (known !== undefined) known.link = link;
    else if (connection.client === undefined)
      this.#known.push({ client, way, key, traceId, keyed: false, link });
    if (traceId !== undefined) this.#byTraceId.set(traceId, client);
    client.connectionOpened(link);
    // In the flow of the client, whoever runs now: on a port that is the lab itself.
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
   * the lab's connector) are told by what happened: the lab broke the last connection of a client of this worker. One
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
