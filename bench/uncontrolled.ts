import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { History } from '../harness/check/history.js';
import { SETTLES, UNCAUGHT } from '../harness/execution/judge/built-in.js';
import { criticalSection } from '../harness/scenario/critical.js';
import type { ClientOptions, Reach } from '../harness/scenario/client-types.js';
import type { LegacyOptions, Scenario, WorkerContext } from '../harness/scenario/types.js';
import type { RedisServer } from '../harness/server/types.js';
import { recorded } from './recorded.js';

/** A worker that takes longer hangs. */
const HANGS_MS = 3000;

/** Wraps what a worker calls, for schedulers that decide when it goes on. */
export type Wrap = (redis: Redis, worker: number) => Redis;

/**
 * Runs scenarios without the lab: ordinary clients, real time, all workers at once. Nothing is injected; what happens
 * is up to the machine. Clients are kept from round to round.
 */
export class Uncontrolled {
  readonly #clients: Redis[] = [];
  readonly #inspector: Redis;
  #others: Redis[] = [];

  constructor(readonly server: RedisServer) {
    this.#inspector = this.#connect();
  }

  /**
   * Runs a scenario once, on an empty store.
   *
   * @returns the id of the invariant that broke; undefined when nothing is wrong
   */
  async run(scenario: Scenario, wrap: Wrap = (redis) => redis): Promise<string | undefined> {
    await this.#inspector.flushall();
    await scenario.setup?.({ redis: this.#inspector, ...this.#reach() });
    const history = new History();
    const start = performance.now();
    const ends = scenario.workers.map((body, at) => {
      const redis = wrap(this.#client(scenario.sharedClient ? 0 : at), at + 1);
      return body(this.#context(at + 1, redis, history));
    });
    const all = Promise.allSettled(ends);
    const settled = await Promise.race([all, sleep(HANGS_MS, undefined, { ref: false })]);
    if (settled === undefined) {
      this.#drop();
      return SETTLES;
    }
    for (const redis of this.#others.splice(0)) redis.disconnect();
    return (
      (await this.#broken(scenario, history, performance.now() - start)) ??
      (scenario.workersMayFail || settled.every(({ status }) => status === 'fulfilled')
        ? undefined
        : UNCAUGHT)
    );
  }

  /** Closes its connections. */
  close(): void {
    this.#drop();
    this.#inspector.disconnect();
  }

  async #broken(scenario: Scenario, history: History, tookMs: number): Promise<string | undefined> {
    for (const { id, check } of scenario.invariants) {
      try {
        const found = await check({
          redis: this.#inspector,
          history,
          workers: scenario.workers.length,
          elapsedMs: tookMs,
        });
        if (found !== undefined) return id;
      } catch {
        return id;
      }
    }
    return undefined;
  }

  #reach(): Reach {
    const { endpoint } = this.server;
    const address = 'path' in endpoint ? { host: endpoint.path, port: 0 } : endpoint;
    return {
      connect: (options) => {
        const other = new Redis({ ...endpoint, ...options } as LegacyOptions);
        this.#others.push(other);
        return other;
      },
      clientOptions: endpoint as ClientOptions,
      url: `redis://${address.host}:${address.port}`,
      address,
    };
  }

  #context(id: number, redis: Redis, history: History): WorkerContext {
    const operation: WorkerContext['operation'] = (name, body) =>
      recorded(history, { worker: id, name }, body);
    return {
      id,
      name: `w${id}`,
      redis,
      ...this.#reach(),
      app: undefined,
      tcpPort: () => Promise.reject(new Error('there is no port without the lab')),
      signal: new AbortController().signal,
      step: () => Promise.resolve(),
      sleep: (durationMs) => sleep(durationMs),
      operation,
      critical: criticalSection(operation),
    };
  }

  #client(at: number): Redis {
    return (this.#clients[at] ??= this.#connect());
  }

  #connect(): Redis {
    const redis = new Redis({ ...this.server.endpoint, lazyConnect: false });
    redis.on('error', () => {});
    return redis;
  }

  #drop(): void {
    for (const redis of [...this.#clients.splice(0), ...this.#others.splice(0)]) redis.disconnect();
  }
}
