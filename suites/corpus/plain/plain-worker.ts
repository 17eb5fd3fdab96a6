/** What a worker gets where there is no lab: the same, on real connections and in real time. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { History } from '../../../harness/check/history.js';
import { criticalSection } from '../../../harness/scenario/critical.js';
import type { Scenario, WorkerContext } from '../../../harness/scenario/types.js';
import type { Endpoint } from '../../../harness/server/types.js';
import { recorded } from '../../../bench/recorded.js';

/** A client of the lab's own ioredis: the one that stands in `suites/` is a published library like the others. */
export type Redis = WorkerContext['redis'];
const ofTheLab = createRequire(new URL('../../../harness/index.ts', import.meta.url));
const ioredis = ofTheLab('ioredis') as { readonly Redis: new (options: object) => Redis };

/** Makes such a client. */
export function connectTo(options: object): Redis {
  return new ioredis.Redis(options);
}

/** The number of the worker that runs. */
export const running = new AsyncLocalStorage<number>();

/** Where the clients of a scenario come from, and who is told of each. */
export interface Making {
  readonly endpoint: Endpoint;
  readonly scenario: Scenario;
  /** Is called for every client that is made. */
  readonly made: (client: unknown) => void;
}

/** A client as the scenario makes it. */
export function makeClient({ endpoint, scenario, made }: Making, options: object = {}): Redis {
  const all = { ...scenario.clientOptions, ...endpoint, ...options };
  const client = (scenario.createClient?.(all as never) ?? connectTo(all)) as Redis;
  client.on('error', () => {});
  made(client);
  return client;
}

/** What a worker gets. @param redis - its client */
export function plainContext(
  making: Making,
  id: number,
  redis: Redis | undefined,
  history: History,
): WorkerContext {
  const { endpoint, scenario, made } = making;
  const operation: WorkerContext['operation'] = (name, body, input) =>
    recorded(history, { worker: id, name, ...(input === undefined ? {} : { input }) }, body);
  const context = {
    id,
    name: `w${id}`,
    redis,
    connect: (options?: object) => makeClient(making, options),
    clientOptions: { ...scenario.clientOptions, ...endpoint },
    address: endpoint,
    url: 'path' in endpoint ? endpoint.path : `redis://${endpoint.host}:${endpoint.port}`,
    signal: new AbortController().signal,
    sleep: (durationMs: number) => sleep(durationMs),
    step: () => turn(),
    operation,
    critical: criticalSection(operation),
    made,
  };
  return context as unknown as WorkerContext;
}
