import { createClient } from '@redis/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { scenario } from '../../scenario/scenario.js';
import type { WorkerBody } from '../../scenario/types.js';
import { sharedServer } from '../../server/index.js';
import { execute } from '../execution.js';
import { Environment } from '../host/environment.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

/** A helper of the worker's, some calls away. */
function sold(stock: string | null): number {
  return (stock as unknown as { amount: { left: number } }).amount.left;
}

const WORKERS: readonly [string, WorkerBody, RegExp][] = [
  ['a TypeError in a helper', async ({ redis }) => void sold(await redis.get('stock')), /^TypeError: /],
  [
    'a rejection that nothing handles',
    async ({ redis }) => {
      void redis.get('stock').then(sold);
      await redis.get('stock');
    },
    /^TypeError: /,
  ],
  [
    'what a timer throws',
    async ({ sleep }) => {
      setTimeout(() => sold(null), 10);
      await sleep(20);
    },
    /^TypeError: /,
  ],
  ['what the server refused to ioredis', ({ redis }) => redis.incr('list'), /^ReplyError: WRONGTYPE/],
  [
    'what the server refused to node-redis',
    async ({ url }) => {
      const client = await createClient({ url }).connect();
      await client.incr('list');
    },
    /WRONGTYPE/,
  ],
];

test.each(WORKERS)('%s says where in the code of the worker', async (_what, body, error) => {
  const lines = body.toString().includes('sold')
    ? /uncaught\.test\.ts:17:\d+$/
    : /uncaught\.test\.ts:\d+:\d+$/;
  const cast = scenario({
    name: 'uncaught',
    setup: ({ redis }) => redis.rpush('list', 'a'),
    workers: [body],
    invariants: [],
  });
  const { finding } = await execute(environment, cast, {
    seed: 1,
    traced: true,
    chooser: { choose: () => 0 },
  });
  expect(finding?.id).toBe('no uncaught error');
  expect(finding?.observed.replace(/^.*?: ?(?=TypeError)|^w1 ended with /, '')).toMatch(error);
  expect(finding?.where?.[0]).toMatch(lines);
});
