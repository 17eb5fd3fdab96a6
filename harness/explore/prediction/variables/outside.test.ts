import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Environment } from '../../../execution/host/environment.js';
import { invariant } from '../../../check/invariant.js';
import { scenario } from '../../../scenario/scenario.js';
import { sharedServer } from '../../../server/index.js';
import { explore } from '../../explore.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

describe('Files that the lab itself reads while a worker runs', () => {
  test('should not count as used by that worker: who made its client', async () => {
    // From here on it is noticed who reads.
    await explore(counting(undefined), { session: environment, strategy: 'exhaustive' });
    // The package of a client is read when its first connection is opened.
    const made = await explore(counting(Redis), { session: environment, strategy: 'exhaustive' });
    expect(made.prediction).not.toHaveProperty('ended');
    expect(made.prediction!.predicted).toBeGreaterThan(0);
  });
});

function counting(Client: typeof Redis | undefined): ReturnType<typeof scenario> {
  return scenario({
    name: 'counting',
    workerCount: 3,
    workers: async ({ redis }) => {
      await redis.incr('a');
      await redis.incr('b');
    },
    invariants: [
      invariant('counts', async ({ redis }) =>
        (await redis.get('a')) === '3' ? undefined : { expected: '3', observed: 'another number' },
      ),
    ],
    ...(Client && { createClient: (options) => new Client({ ...options, lazyConnect: true }) }),
  });
}
