import { Redis, type RedisOptions } from 'ioredis';
import { runInFlow, type Flow } from '../../base/flow.js';
import { ScenarioError } from '../../base/scenario-error.js';
import type { ClientOptions, IoredisClient } from '../../scenario/client-types.js';
import type { LegacyOptions, Scenario } from '../../scenario/types.js';
import { connectorFor } from '../../wire/entries/connector.js';
import { ForeignClients } from '../../wire/entries/foreign-clients.js';
import { LAB_HOST, LAB_PORT, labHostOf } from '../../wire/entries/socket-hook.js';
import { TcpEntry, type PortOptions } from '../../wire/entries/tcp-entry.js';
import type { Client, Network } from '../../wire/gate/client.js';

/**
 * How the clients of one execution come to the gate: those that the lab constructs, those that workers construct
 * from options, and those that connect to a port.
 *
 * @internal
 */
export class WaysIn {
  /** Clients that workers constructed themselves, whatever they are. */
  readonly foreign: ForeignClients;
  /** The port of each worker that has one. */
  readonly ports = new Map<Flow, TcpEntry>();

  /** @param network - is told of every client and connection */
  constructor(
    readonly scenario: Scenario,
    readonly network: Network,
  ) {
    this.foreign = new ForeignClients(network);
  }

  /** Gives a client its client object, made with the scenario's options and these. */
  construct(client: Client, options: RedisOptions | undefined): void {
    let first: Client | undefined = client;
    const claim = (): Client => {
      const claimed = first ?? client.network.anotherClient(client.flow);
      first = undefined;
      return claimed;
    };
    const merged: RedisOptions = {
      ...this.scenario.clientOptions,
      ...options,
      ...this.#entrance(client.flow, claim, client),
    };
    client.adopt(runInFlow(client.flow, () => this.#create(merged)));
  }

  /** @throws ScenarioError when `createClient` returns something else */
  #create(options: RedisOptions): Redis {
    const { createClient } = this.scenario;
    // The overloads tell reply mappings apart by type; workers are typed with the default one.
    if (createClient === undefined) return new Redis(options as LegacyOptions);
    const created: Partial<IoredisClient> | null | undefined = createClient(options as ClientOptions);
    // Whatever version it is, what a worker uses of it has the same names.
    if (typeof created?.status === 'string' && 'sendCommand' in created) return created as unknown as Redis;
    throw new ScenarioError(
      '"createClient" returns a client of ioredis or iovalkey; make one of another kind in a worker, with url',
    );
  }

  /** Options with which a worker makes a client of its own. */
  optionsFor(flow: Flow): ClientOptions {
    const options = {
      ...this.scenario.clientOptions,
      ...this.#entrance(flow, () => this.network.anotherClient(flow), undefined),
    };
    return options as ClientOptions;
  }

  /** The port of a worker, opened when it is first asked for; the options count only then. */
  portOf(flow: Flow, options: PortOptions): TcpEntry {
    let entry = this.ports.get(flow);
    if (entry === undefined) {
      entry = new TcpEntry(flow, this.foreign, options);
      this.ports.set(flow, entry);
    }
    return entry;
  }

  /**
   * The options by which a client comes to the gate.
   *
   * @param claim - says whose the next connection is
   * @param client - undefined where the worker makes it
   */
  #entrance(flow: Flow, claim: () => Client, client: Client | undefined): RedisOptions {
    if (this.scenario.transport === 'connector') return { Connector: connectorFor(claim) };
    const host = client === undefined ? LAB_HOST : labHostOf(client);
    if (client !== undefined) this.foreign.expect(client, host);
    if (this.scenario.transport === 'hook') return { host, port: LAB_PORT };
    const { host: address, port } = this.portOf(flow, {});
    return { host: client === undefined ? address : host, port };
  }
}
