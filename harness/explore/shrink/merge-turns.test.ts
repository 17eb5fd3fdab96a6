import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noLostUpdate } from '../../check/invariants.js';
import { Environment } from '../../execution/host/environment.js';
import { scenario } from '../../scenario/scenario.js';
import { sharedServer } from '../../server/index.js';
import { explore } from '../explore.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

describe('a failure with many preemptions', () => {
  test.each(['urw', 'random'] as const)(
    'should end with the one that it takes, found by %s',
    async (strategy) => {
      const cast = scenario({
        name: 'a lost update among work of their own',
        workers: async ({ id, redis, operation }) => {
          for (let before = 0; before < 20; before++) await redis.incr(`own${id}`);
          await operation('increment', async () => {
            await redis.set('c', Number(await redis.get('c')) + 1);
          });
          for (let after = 0; after < 20; after++) await redis.incr(`own${id}`);
        },
        workerCount: 2,
        invariants: [noLostUpdate({ key: 'c' })],
      });
      const { kind, record } = await explore(cast, { session: environment, strategy, runs: 200, seed: 1 });
      expect(kind).toBe('breaks');
      expect(record!.minimal).toMatchObject({ workers: 2, preemptions: 1, faults: 0 });
    },
  );
});
