import { runInFlow, type Flow } from '../../base/flow.js';
import { ScenarioError } from '../../base/scenario-error.js';
import { addressText, isSameAddress, type ConnectOptions } from '../../clock/connect-arguments.js';
import { forgetConnects } from '../../clock/other-redis.js';
import type { App } from '../../scenario/app-types.js';
import type { AppClient } from '../../wire/app/app-client.js';
import { appClientOf } from '../../wire/app/app-clients.js';
import { isIoredis } from '../../wire/app/ioredis-client.js';
import { isNodeRedis, traceIdOf } from '../../wire/app/node-redis-client.js';
import { connectorFor } from '../../wire/entries/connector.js';
import type { ForeignClients, Mapping } from '../../wire/entries/foreign-clients.js';
import { Client, type Network } from '../../wire/gate/client.js';
import { hookCalls, type NodeRedisObject } from '../../wire/gate/node-redis-calls.js';
import type { Redis } from 'ioredis';

/** Clients that the start of an application returned: each belongs to one execution. */
const returned = new WeakSet();

/** What the application needs of its execution. @internal */
export interface AppHost extends Network {
  readonly clients: Client[];
}

/**
 * The application in one execution: its clients, and what its start returned.
 *
 * @internal
 */
export class StageApp implements Mapping {
  /** What its start returned. */
  value: unknown;
  readonly #members: AppClient[];
  readonly #addresses: readonly string[];
  readonly #begun = new Set<AppClient>();

  /** @throws ScenarioError for a client of a kind that is not known */
  constructor(
    readonly app: App,
    readonly flow: Flow,
    readonly host: AppHost,
    readonly foreign: ForeignClients,
  ) {
    this.#members = app.clients.map((object, at) => appClientOf(object, `client ${at + 1} of app.clients`));
    const own = this.#members.flatMap(({ address }) => address ?? []);
    this.#addresses = [...app.addresses, ...own];
    foreign.mapping = this;
  }

  maps(options: ConnectOptions): boolean {
    if (this.#addresses.length === 0) return false;
    const address = addressText(options);
    return this.#addresses.some((one) => isSameAddress(one, address));
  }

  /** Its clients leave where they are, if they have not yet. @throws ScenarioError */
  async rest(): Promise<void> {
    for (const address of this.#addresses) forgetConnects(address);
    for (const member of this.#members) await member.rest();
  }

  /** The clients that its modules made connect, one after the other. @param quiet - lets what was begun come to its end */
  async connect(quiet: (until: () => boolean) => Promise<boolean>): Promise<void> {
    const clients = this.#members.map((member) => [member, this.#known(member)] as const);
    for (const [at, [member, client]] of clients.entries()) {
      this.#begun.add(member);
      runInFlow(this.flow, () => member.begin(client, connectorFor(this.#claim(client))));
      if (!(await quiet(() => member.settled)))
        throw new ScenarioError(`client ${at + 1} of app.clients does not connect to the lab`);
      runInFlow(this.flow, () => member.connected());
    }
  }

  /** Its start is over. @throws ScenarioError for a client that belongs to another execution */
  started(value: unknown): void {
    this.value = value;
    if (typeof value !== 'object' || value === null) return;
    for (const one of [value, ...Object.values(value)]) {
      if (typeof one !== 'object' || one === null || this.app.clients.includes(one)) continue;
      const known = isIoredis(one)
        ? clientBehind(one as Redis)
        : isNodeRedis(one)
          ? this.#clientOf(one)
          : undefined;
      if (known === undefined) continue;
      if (returned.has(one)) {
        throw new ScenarioError(
          'app.start returned a client that another execution has used: make a new one each time, or name it in app.clients',
        );
      }
      returned.add(one);
      if (isNodeRedis(one)) hookCalls(one as NodeRedisObject, known);
      else if (known.redis === undefined) known.adopt(one as Redis);
    }
  }

  /** The execution ends: its clients hang up. */
  leave(): void {
    for (const member of this.#begun) runInFlow(this.flow, () => member.leave());
  }

  /** The execution has ended. */
  end(): void {
    for (const member of this.#begun) member.end();
  }

  #known(member: AppClient): Client {
    const client = this.host.anotherClient(this.flow);
    if (member.address !== undefined) this.foreign.expectApp(client, member.address, member.traceId);
    return client;
  }

  /** The connector of a client serves its duplicates too. */
  #claim(client: Client): () => Client {
    let first: Client | undefined = client;
    return () => {
      const claimed = first ?? this.host.anotherClient(this.flow);
      first = undefined;
      return claimed;
    };
  }

  /** The client that a client object of node-redis is known by. */
  #clientOf(object: object): Client | undefined {
    const traceId = traceIdOf(object);
    if (traceId !== undefined) return this.foreign.traced(traceId);
    const candidates = this.host.clients.filter(
      ({ kind, redis, isReady }) => kind === 'app' && redis === undefined && isReady === undefined,
    );
    return candidates.length === 1 ? candidates[0] : undefined;
  }
}

/** The client that one of ioredis is known by, if it came in by the lab's connector. */
function clientBehind(redis: Redis): Client | undefined {
  const { connector } = redis as unknown as { readonly connector?: { readonly client?: unknown } };
  return connector?.client instanceof Client ? connector.client : undefined;
}
