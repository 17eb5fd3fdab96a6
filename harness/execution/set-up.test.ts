import { createClient } from '@redis/client';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { invariant } from '../check/invariant.js';
import { explore } from '../explore/explore.js';
import { scenario } from '../scenario/scenario.js';
import type { SetupContext } from '../scenario/types.js';
import { sharedServer } from '../server/index.js';
import { Environment } from './host/environment.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

async function setUpBy(setup: (context: SetupContext) => Promise<unknown>) {
  const filled = scenario({
    name: 'filled',
    setup,
    workers: ({ redis }) => redis.incr('k'),
    invariants: [
      invariant('counted from 5', async ({ redis, workers }) => {
        const [k, db] = [await redis.get('k'), await redis.ttl('lease')];
        const expected = `${5 + workers}, 10`;
        if (`${k}, ${db}` !== expected) return { expected, observed: `${k}, ${db}` };
      }),
    ],
  });
  return explore(filled, { session: environment });
}

const fill = async (
  client: { set: (key: string, value: string) => Promise<unknown> },
  lease: Promise<unknown>,
) => {
  await client.set('k', '5');
  await lease;
};

describe('setup may fill the store by', () => {
  test.each<[string, (context: SetupContext) => Promise<unknown>]>([
    [
      'connect',
      async ({ connect }) => {
        const client = connect();
        await fill(client, client.set('lease', 'x', 'EX', 10));
      },
    ],
    [
      'a client of its own',
      async ({ clientOptions }) => {
        const client = new Redis(clientOptions);
        await fill(client, client.set('lease', 'x', 'EX', 10));
        await client.quit();
      },
    ],
    [
      'a client that it leaves open',
      async ({ clientOptions }) => {
        const client = new Redis(clientOptions);
        await fill(client, client.set('lease', 'x', 'EX', 10));
      },
    ],
    [
      'a client of another kind',
      async ({ url }) => {
        const client = createClient({ url });
        await client.connect();
        await fill(client, client.set('lease', 'x', { EX: 10 }));
        await client.close();
      },
    ],
    [
      'one that it leaves open and that comes back',
      async ({ address: { host, port } }) => {
        const client = createClient({ socket: { host, port } });
        client.on('error', () => {});
        await client.connect();
        await fill(client, client.set('lease', 'x', { EX: 10 }));
      },
    ],
  ])('%s', async (_name, setup) => {
    const verdict = await setUpBy(setup);
    expect(verdict).toMatchObject({ kind: 'holds', complete: true });
  });
});

test('what setup changes on the server by a client of its own is undone', async () => {
  const asked: string[] = [];
  const changed = scenario({
    name: 'changed',
    setup: async ({ connect }) => {
      const client = connect();
      asked.push((await client.config('GET', 'maxmemory'))[1]!);
      await client.config('SET', 'maxmemory', '100mb');
    },
    workers: ({ redis }) => redis.incr('k'),
    invariants: [],
  });
  await explore(changed, { session: environment });
  expect(new Set(asked)).toEqual(new Set(['0']));
});
