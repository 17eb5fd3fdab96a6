import { createClient } from '@redis/client';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { invariant } from '../check/invariant.js';
import { Environment } from '../execution/host/environment.js';
import { explore } from '../explore/explore.js';
import { scenario } from '../scenario/scenario.js';
import type { WorkerBody } from '../scenario/types.js';
import { sharedServer } from '../server/index.js';
import type { RaceRecord } from './format.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

async function clientOf(workers: WorkerBody): Promise<RaceRecord['client']> {
  const wrong = invariant('nothing is written', async ({ redis }) => {
    const written = await redis.get('c');
    if (written !== null) return { expected: 'nothing', observed: written };
  });
  const cast = scenario({ name: 'names', workers, workerCount: 1, invariants: [wrong] });
  return (await explore(cast, { session: environment })).record!.client;
}

test('a record names the client that took part, not the one that nobody used', async () => {
  const { names } = await clientOf(async ({ url }) => {
    const client = createClient({ url });
    await client.connect();
    await client.set('c', '1');
    await client.close();
  });
  expect(names).toEqual([expect.stringMatching(/^node-redis \d+\.\d+\.\d+$/)]);
});

test('the client of the lab needs no further name', async () => {
  expect(await clientOf(({ redis }) => redis.set('c', '1'))).toEqual({
    profile: 'defaults',
    ioredis: expect.stringMatching(/^6\./) as string,
  });
});

test('a version that several clients have is named once', async () => {
  const { names } = await clientOf(async ({ redis, url }) => {
    const client = new Redis(url);
    await client.get('c');
    await redis.set('c', '1');
    client.disconnect();
  });
  expect(names).toEqual([expect.stringMatching(/^ioredis 6\./)]);
});
