import { afterAll, beforeAll, expect, test } from 'vitest';
import { Environment } from '../../execution/host/environment.js';
import { invariant } from '../../check/invariant.js';
import { scenario } from '../../scenario/scenario.js';
import { sharedServer } from '../../server/index.js';
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
  'worker-crash',
] as const;

test.each(LOCAL)('Executions with %s should be what they were predicted to be', async (kind) => {
  const cast = scenario({
    name: kind,
    workers: async ({ redis, id, operation }) => {
      const heard: string[] = [];
      const commands: (() => Promise<unknown>)[] = [() => redis.incr('c'), () => redis.get('c')];
      for (const command of commands)
        heard.push(
          String(await operation('ask', command).catch((error: unknown) => (error as Error).message)),
        );
      await redis.set(`heard${id}`, heard.join());
    },
    workerCount: 2,
    invariants: [invariant('looks', async ({ redis }) => void (await redis.mget('c', 'heard1', 'heard2')))],
    faults: { kinds: [kind], budget: 1 },
    workersMayFail: true,
  });
  const found = await drivePredicted(environment, cast, { fault: 1, delay: 0 }, true, 150);
  expect(found.differences).toEqual([]);
  expect(found.ended).toBeUndefined();
  expect(found.checked).toBeGreaterThan(0);
});
