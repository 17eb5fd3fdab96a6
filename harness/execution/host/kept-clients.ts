import { runOutsideFlows } from '../../base/flow.js';
import type { Scenario } from '../../scenario/types.js';
import type { Client } from '../../wire/gate/client.js';
import type { UpstreamPool } from '../../wire/upstream/upstream-pool.js';

/** What a client is made from: with other options it would be another client. */
type Maker = Pick<Scenario, 'clientOptions' | 'createClient'>;

/**
 * Clients that an execution left as new, for the next one: to make and connect them takes longer than a whole small
 * execution.
 *
 * @internal
 */
export class KeptClients {
  readonly #clients = new Map<string, Client>();
  #maker: Maker | undefined;

  constructor(readonly upstreams: UpstreamPool) {}

  /** Takes the client of this name out; undefined when none was kept that is made alike and still idle. */
  take(maker: Maker, name: string): Client | undefined {
    const known = this.#maker;
    if (known?.clientOptions !== maker.clientOptions || known.createClient !== maker.createClient) {
      this.close();
      this.#maker = maker;
    }
    const client = this.#clients.get(name);
    if (client === undefined) return undefined;
    this.#clients.delete(name);
    if (client.idle) return client;
    this.#drop(client);
    return undefined;
  }

  /** Keeps a client that is as new. */
  keep(client: Client): void {
    this.#clients.set(client.name, client);
  }

  /** Closes all that are kept. */
  close(): void {
    for (const client of this.#clients.values()) this.#drop(client);
    this.#clients.clear();
  }

  #drop(client: Client): void {
    runOutsideFlows(() => client.redis?.disconnect());
    const upstream = client.link?.upstream;
    if (upstream !== undefined) this.upstreams.discard(upstream);
  }
}
