/** One round of a scenario without the lab: its workers at once, on a real Redis, in real time; then its invariants. */
import { setTimeout as sleep } from 'node:timers/promises';
import { History } from '../../../harness/check/history.js';
import type { Scenario } from '../../../harness/scenario/types.js';
import type { Endpoint } from '../../../harness/server/types.js';
import { connectTo, makeClient, plainContext, running, type Making, type Redis } from './plain-worker.js';

/** A round that takes longer hangs. */
const HANGS_MS = 10_000;

/** What a round came to: undefined where all was well, else the invariant that broke, or that a worker never ended. */
export type Outcome = string | undefined;

/** Makes the workers of a round go on to their end. */
export type Play = (workers: Promise<unknown>) => Promise<unknown>;

/** Rounds of one scenario. Its clients stay from one round to the next, as in a process that has been running for a while. */
export class Rounds {
  readonly #control: Redis;
  readonly #clients: Redis[];
  /** Clients that workers made in this round. */
  #passing: unknown[] = [];
  readonly #making: Making;

  /** @param made - is called for each client of a worker */
  constructor(
    readonly scenario: Scenario,
    endpoint: Endpoint,
    made: (client: unknown) => void,
  ) {
    this.#control = connectTo({ ...endpoint });
    const first = { scenario, endpoint, made };
    const shared = scenario.sharedClient ? makeClient(first) : undefined;
    this.#clients = scenario.workers.map(() => shared ?? makeClient(first));
    this.#making = { ...first, made: (client) => (this.#passing.push(client), made(client)) };
  }

  /** Waits until every client is there. */
  async ready(): Promise<void> {
    for (const client of [this.#control, ...this.#clients]) await client.ping();
  }

  /** @param play - default: all at once */
  async run(play: Play = (workers) => workers): Promise<Outcome> {
    const { scenario } = this;
    await this.#control.flushall();
    await scenario.setup?.(plainContext(this.#making, 0, this.#control, new History()));
    const app: unknown = await scenario.app?.start?.(
      plainContext(this.#making, 0, this.#control, new History()),
    );
    const history = new History();
    const startedMs = performance.now();
    const start = (body: Scenario['workers'][number], at: number): Promise<unknown> =>
      running.run(at + 1, async () =>
        body({ ...plainContext(this.#making, at + 1, this.#clients[at], history), app }),
      );
    const workers = scenario.workers.map(start);
    for (const [at, body] of scenario.background.entries())
      void start(body, workers.length + at).catch(() => {});
    const hung = Symbol('hung');
    const enough = new AbortController();
    const ended = await Promise.race([
      play(Promise.allSettled(workers)),
      sleep(HANGS_MS, hung, { signal: enough.signal }).catch(() => undefined),
    ]);
    enough.abort();
    const outcome =
      ended === hung ? 'every worker settles' : await this.#broken(history, performance.now() - startedMs);
    for (const client of this.#passing) close(client);
    this.#passing = [];
    return outcome;
  }

  async #broken(history: History, elapsedMs: number): Promise<string | undefined> {
    const { invariants, workers } = this.scenario;
    for (const { id, check } of invariants) {
      const found = await check({ redis: this.#control, history, workers: workers.length, elapsedMs });
      if (found !== undefined && !('nothing' in found)) return id;
    }
    return undefined;
  }

  /** Ends every connection. */
  close(): void {
    for (const client of [this.#control, ...this.#clients, ...this.#passing]) close(client);
  }
}

function close(client: unknown): void {
  const { disconnect, end } = client as { disconnect?: () => void; end?: (flush: boolean) => void };
  if (disconnect === undefined) end?.call(client, false);
  else disconnect.call(client);
}
