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
  /** What stays the same over all connections of one client object, where it shows one: its options object. */
  readonly key: object | undefined;
  /** Makes the client's end of the connection. */
  readonly end: (peer: StreamPeer) => ClientEnd;
}

interface Known {
  readonly client: Client;
  readonly way: Way;
  readonly key: object | undefined;
  link: Link;
}

const serving = new WeakMap<Flow, ForeignClients>();

/** The registry of the execution that a flow belongs to; undefined for setup, invariants and code outside. */
export function foreignClientsOf(flow: Flow): ForeignClients | undefined {
  return serving.get(flow);
}

/**
 * The clients of one execution that the lab did not construct: it knows them by the connections that they open. A
 * new connection may come from a new client, or from one that lost its connection; only the second is a reconnect,
 * and so a step.
 */
export class ForeignClients {
  readonly #known: Known[] = [];
  readonly #byTraceId = new Map<string, Client>();

  constructor(readonly network: Network) {}

  /** From now on, connections of this flow come here. */
  serve(flow: Flow): void {
    serving.set(flow, this);
  }

  /** Puts a connection before the gate. */
  open({ flow, way, key, end }: ForeignConnection): Link {
    const known = this.#known.find((candidate) => isReconnect(candidate, flow, way, key));
    const client = known?.client ?? this.network.anotherClient(flow);
    client.connects += 1;
    const link = new Link(client, client.connects, known !== undefined, end);
    if (known === undefined) this.#known.push({ client, way, key, link });
    else known.link = link;
    client.connectionOpened(link);
    // In the flow of the client, whoever runs now: on a port that is the lab itself.
    runInFlow(client.flow, () => this.network.connecting(link));
    return link;
  }

  /** The client that a library's trace events call by this id. */
  traced(id: string): Client | undefined {
    return this.#byTraceId.get(id);
  }

  /** Learns by which id a library's trace events call the client of this connection. */
  learnTraceId(id: string, link: Link): void {
    this.#byTraceId.set(id, link.client);
  }
}

/**
 * Is this connection one more of that client? With a key it is when the last one is gone. Without, only when the
 * lab broke the last one: a client that closed it by itself is done, and the next connection is another client's.
 */
function isReconnect(
  { client, link, ...known }: Known,
  flow: Flow,
  way: Way,
  key: object | undefined,
): boolean {
  if (client.flow !== flow || known.way !== way || link.phase !== 'closed') return false;
  return key === undefined || known.key === undefined ? link.broken : known.key === key;
}
