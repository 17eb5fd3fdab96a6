import { afterAll, beforeAll, expect, test } from 'vitest';
import { Environment } from '../../execution/host/environment.js';
import { invariant } from '../../check/invariant.js';
import { scenario } from '../../scenario/scenario.js';
import { sharedServer } from '../../server/index.js';
import type { ScenarioOptions } from '../../scenario/types.js';
import { drivePredicted } from '../testing/predicted.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

const LOCAL = [
  'reset-before-send',
  'reset-after-apply',
  'close-before-send',
  'close-after-apply',
  'truncated-reply',
  'garbage-reply',
  'corrupt-integer',
  'sliced-reply',
  'duplicated-reply',
  'error-reply',
  'late-reply',
  'zombie-request',
  'black-hole-request',
  'black-hole-reply',
  'half-open',
  'connection-drop',
  'refuse-connect',
  'outage',
  'worker-crash',
  'worker-pause',
  'clock-skew',
] as const;

/** What it takes that one can strike, or that a worker comes to its end all the same. */
const WITH: Partial<Record<(typeof LOCAL)[number], Partial<ScenarioOptions>>> = {
  'black-hole-request': { client: { commandTimeout: 100 } },
  'black-hole-reply': { client: { commandTimeout: 100 } },
  'half-open': { client: { commandTimeout: 100 } },
  'late-reply': { client: { commandTimeout: 100 } },
  'refuse-connect': { faults: { kinds: ['reset-before-send', 'refuse-connect'], budget: 2 } },
};

test.each(LOCAL)('Executions with %s should be what they were predicted to be', async (kind) => {
  const cast = scenario({
    name: kind,
    workers: async ({ redis, id, operation, sleep }) => {
      const heard: string[] = [];
      const commands: (() => Promise<unknown>)[] = [() => redis.incr('c'), () => redis.get('c')];
      for (const command of commands)
        heard.push(
          String(await operation('ask', command).catch((error: unknown) => (error as Error).message)),
        );
      await sleep(10);
      await redis.set(`heard${id}`, heard.join());
    },
    workerCount: 2,
    invariants: [invariant('looks', async ({ redis }) => void (await redis.mget('c', 'heard1', 'heard2')))],
    faults: { kinds: [kind], budget: 1 },
    workersMayFail: true,
    ...WITH[kind],
  });
  const found = await drivePredicted(environment, cast, { fault: cast.faults.budget, delay: 0 }, true, 150);
  expect(found.differences).toEqual([]);
  expect(found.ended).toBeUndefined();
  expect(found.checked).toBeGreaterThan(0);
});
