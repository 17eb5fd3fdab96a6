/** Whatever shape a loop has that waits for news: it comes to a verdict. */
import { EventEmitter, once } from 'node:events';
import { setInterval as every, setTimeout as later } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Environment } from '../execution/host/environment.js';
import { scenario } from '../scenario/scenario.js';
import type { WorkerContext } from '../scenario/types.js';
import { sharedServer } from '../server/index.js';
import { explore } from './explore.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

type Redis = WorkerContext['redis'];

/** Each waits until there is something at the key. */
const SHAPES: Readonly<Record<string, (redis: Redis, key: string) => Promise<unknown>>> = {
  'a timer that sets the next one': (redis, key) =>
    new Promise<void>((resolve) => {
      const look = async (): Promise<void> => {
        if ((await redis.exists(key)) === 1) resolve();
        else setTimeout(() => void look(), 50);
      };
      void look();
    }),
  'for await of an interval': async (redis, key) => {
    for await (const _ of every(50)) if ((await redis.exists(key)) === 1) return;
  },
  'an interval that calls back': (redis, key) =>
    new Promise<void>((resolve) => {
      const interval = setInterval(() => {
        void redis.exists(key).then((there) => {
          if (there === 0) return;
          clearInterval(interval);
          resolve();
        });
      }, 50);
    }),
  'events.once beside a poll': async (redis, key) => {
    const bus = new EventEmitter();
    const found = once(bus, 'found');
    while ((await redis.exists(key)) === 0) await later(50);
    bus.emit('found');
    await found;
  },
  'a blocking pop with a timeout': async (redis, key) => {
    while ((await redis.blpop(key, 1)) === null);
  },
};

const CASES = Object.entries(SHAPES);

test.each(CASES)('%s ends once another worker has made it so', async (name, wait) => {
  const workers = [
    ({ redis }: WorkerContext) => wait(redis, 'ready'),
    ({ redis }: WorkerContext) => redis.rpush('ready', 1),
  ];
  const verdict = await explore(scenario({ name, workers, invariants: [] }), { session: environment });
  expect(verdict).toMatchObject({ kind: 'holds', complete: true, capped: 0 });
});

test.each(CASES)('%s hangs where nobody ever does', async (name, wait) => {
  const workers = [
    ({ redis }: WorkerContext) => wait(redis, 'raedy'),
    ({ redis }: WorkerContext) => redis.rpush('ready', 1),
  ];
  const verdict = await explore(scenario({ name, workers, invariants: [] }), { session: environment });
  expect(verdict).toMatchObject({ kind: 'hangs', invariant: 'every worker settles' });
  expect(verdict.record!.verdict.observed).toContain('w1 goes round in');
});
