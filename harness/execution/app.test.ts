import { once } from 'node:events';
import { createClient } from '@redis/client';
import { Redis } from 'ioredis';
import { Redis as Redis510 } from 'ioredis510';
import Redis4 from 'ioredis4';
import { Redis as Valkey } from 'iovalkey';
import { createClient as createClient4 } from 'redis4';
import { createClient as createClient5 } from 'redis5';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { invariant } from '../check/invariant.js';
import { noLostUpdate } from '../check/invariants.js';
import { explore } from '../explore/explore.js';
import { replay } from '../explore/replay.js';
import type { ExploreOptions } from '../explore/options.js';
import type { AppOptions } from '../scenario/app-types.js';
import type { ClientOptions } from '../scenario/client-types.js';
import { scenario } from '../scenario/scenario.js';
import type { ScenarioOptions, WorkerBody } from '../scenario/types.js';
import { sharedServer, startServer } from '../server/index.js';
import { freePort } from '../server/testing/free-port.js';
import type { RedisServer } from '../server/types.js';
import { Environment } from './host/environment.js';

let environment: Environment;
/** A Redis that is not the lab's, as a developer has one running. */
let other: RedisServer;
let port: number;
/** A port at which nobody listens, as on a machine without Redis. */
let nobody: number;

beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
  [port, nobody] = [await freePort(), await freePort()];
  other = await startServer({ redis: 'process', args: ['--port', String(port)] });
});
afterAll(async () => {
  environment.close();
  await other.stop();
});

/** What a service of an application does with the client that it has. */
interface Store {
  get(key: string): Promise<string | null>;
  set(key: string, value: string): Promise<unknown>;
  incr(key: string): Promise<number>;
}

const quiet = <T extends { on(event: 'error', listener: () => void): unknown }>(client: T): T => {
  client.on('error', () => {});
  return client;
};

/** A service that counts, wrongly or rightly, by whatever client it has. */
const counting =
  (store: () => Store | Promise<Store>, right: boolean): WorkerBody =>
  ({ operation }) =>
    operation('increment', async () => {
      const client = await store();
      if (right) return client.incr('views');
      const seen = Number(await client.get('views'));
      return client.set('views', String(seen + 1));
    });

function views(
  app: AppOptions,
  store: () => Store | Promise<Store>,
  right: boolean,
  more: Partial<ScenarioOptions> = {},
) {
  return scenario({
    name: 'views of an application',
    app,
    workers: counting(store, right),
    invariants: [noLostUpdate({ key: 'views' })],
    ...more,
  });
}

const exhaustively: ExploreOptions = { strategy: 'exhaustive' };

/** The service that loses updates is found out, and the right one holds, with every interleaving tried. */
async function check(app: AppOptions, store: () => Store | Promise<Store>, names?: string[]): Promise<void> {
  const session = environment;
  const found = await explore(views(app, store, false), { session, ...exhaustively });
  expect(found).toMatchObject({ kind: 'breaks', invariant: 'no lost update' });
  expect(found.record!.client.names).toEqual(names);
  expect(found.record!.minimal).toMatchObject({ workers: 2, steps: 4, preemptions: 1 });
  expect(await replay(views(app, store, false), found.record!, { session, times: 1 })).toMatchObject({
    same: 1,
  });
  const right = await explore(views(app, store, true), { session, ...exhaustively });
  expect(right).toMatchObject({ kind: 'holds', complete: true, executions: 2 });
}

const explored = (options: Partial<ScenarioOptions>, how: ExploreOptions = { strategy: 'random', runs: 5 }) =>
  explore(scenario({ name: 'an application', workers: [], invariants: [], ...options } as ScenarioOptions), {
    session: environment,
    ...how,
  });

describe("a client that a module makes is the lab's", () => {
  test.each<[string, (at: number) => object, string[] | undefined]>([
    ['ioredis', (at) => new Redis(at, '127.0.0.1'), ['ioredis 6.0.0']],
    ['ioredis 5', (at) => new Redis510(at, '127.0.0.1'), ['ioredis 5.10.0']],
    ['ioredis 4', (at) => new Redis4(at, '127.0.0.1'), ['ioredis 4.28.5']],
    ['iovalkey', (at) => new Valkey(at, '127.0.0.1'), ['iovalkey 0.3.3']],
  ])('%s, where nobody listens', async (_name, make, names) => {
    const redis = quiet(make(nobody) as Redis);
    await check({ clients: [redis] }, () => redis, names);
  });

  test('ioredis, connected to another Redis with a database, a prefix and a password', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const redis = quiet(
      new Redis(port, '127.0.0.1', { db: 2, keyPrefix: 'app:', username: 'app', password: 'x' }),
    );
    const seen = new Set<string>();
    const verdict = await explored({
      app: { clients: [redis] },
      workers: [() => redis.incr('k'), () => redis.incr('k')],
      invariants: [
        invariant('in its database, with its prefix', async ({ redis: lab }) => {
          await lab.select(2);
          seen.add(String(await lab.get('app:k')));
        }),
      ],
    });
    warn.mockRestore();
    expect(verdict).toMatchObject({ kind: 'holds' });
    expect([...seen]).toEqual(['2']);
  });

  test('one that waits for its first command waits for it in each execution', async () => {
    const redis = quiet(new Redis(nobody, '127.0.0.1', { lazyConnect: true }));
    const seen: string[] = [];
    await explored({
      app: { clients: [redis] },
      workers: [
        async () => {
          seen.push(redis.status);
          await redis.incr('k');
        },
        () => redis.incr('k'),
      ],
    });
    expect(new Set(seen)).toEqual(new Set(['wait']));
  });

  type Make = (options: {
    url: string;
  }) => Store & { connect(): Promise<unknown>; on(event: 'error', listener: () => void): unknown };
  const NODE_REDIS: [string, Make, string][] = [
    ['node-redis 6', createClient, 'node-redis 6.3.1'],
    ['node-redis 5', createClient5, 'node-redis 5.7.0'],
    ['node-redis 4', createClient4, 'node-redis 1.6.0'],
  ];

  test.each(NODE_REDIS)('%s, connected by its module', async (_name, make, name) => {
    const client = quiet(make({ url: `redis://127.0.0.1:${port}` }));
    await client.connect();
    await check({ clients: [client] }, () => client, [name]);
  });

  test.each(NODE_REDIS)('%s, connected by whoever asks first', async (_name, make, name) => {
    let connected: Promise<unknown> | undefined;
    const client = quiet(make({ url: `redis://localhost:${nobody}` }));
    const app = { clients: [client], start: () => void (connected = undefined) };
    const getClient = async (): Promise<Store> => {
      await (connected ??= client.connect());
      return client;
    };
    await check(app, getClient, [name]);
  });

  test.each(NODE_REDIS)('%s, which the start makes by its own address', async (_name, make, name) => {
    let client: Store | undefined;
    const start = async () => {
      const made = quiet(make({ url: `redis://app:secret@localhost:${nobody}` }));
      await made.connect();
      client = made;
      return { made };
    };
    await check({ addresses: [`redis://127.0.0.1:${nobody}/0`], start }, () => client!, [name]);
  });
});

describe('workers share what the start returns', () => {
  test('node-redis', async () => {
    const shared = scenario({
      name: 'views by one client',
      app: {
        start: async ({ url }) => {
          const client = createClient({ url });
          await client.connect();
          return client;
        },
      },
      workers: ({ app, operation }) =>
        operation('increment', async () => {
          const seen = Number(await app.get('views'));
          await app.set('views', String(seen + 1));
        }),
      invariants: [noLostUpdate({ key: 'views' })],
    });
    const { kind, executions } = await explore(shared, { session: environment, ...exhaustively });
    expect([kind, executions]).toEqual(['breaks', 2]);
  });

  test('ioredis 4', async () => {
    let client: Redis4.Redis | undefined;
    const start = ({ clientOptions }: { clientOptions: ClientOptions }) =>
      (client = new Redis4(clientOptions));
    await check({ start }, () => client!, ['ioredis 4.28.5']);
  });

  test('but not one that an earlier execution has used', async () => {
    let client: Redis | undefined;
    const start = ({ connect }: { connect: () => Redis }) => (client ??= connect());
    expect((await explored({ app: { start }, workers: [() => client!.incr('k')] })).message).toMatch(
      /^app\.start returned a client that another execution has used: make a new one each time, or name it in app\.clients/,
    );
  });
});

describe('each execution finds the application as new', () => {
  test('whatever a worker did to its client', async () => {
    const redis = quiet(new Redis(nobody, '127.0.0.1'));
    const before: unknown[] = [];
    const verdict = await explored({
      app: { clients: [redis] },
      workers: [
        async () => {
          before.push([
            redis.status,
            redis.listenerCount('message'),
            redis.options.db,
            'twice' in redis,
            await redis.get('k'),
          ]);
          redis.on('message', () => {});
          redis.defineCommand('twice', { numberOfKeys: 1, lua: "return redis.call('INCRBY', KEYS[1], 2)" });
          await (redis as unknown as { twice(key: string): Promise<number> }).twice('k');
          await redis.select(3);
          await redis.quit();
        },
        ({ redis: own }) => own.incr('k'),
      ],
    });
    expect(verdict.message).toMatch(/nothing wrong/);
    expect(new Set(before.map((one) => JSON.stringify(one))).size).toBeLessThanOrEqual(2);
    expect((before[0] as unknown[]).slice(0, 4)).toEqual(['ready', 0, 0, false]);
  });

  test('with what its modules subscribed to', async () => {
    const redis = quiet(new Redis(nobody, '127.0.0.1'));
    const subscriber = quiet(redis.duplicate());
    void subscriber.subscribe('changed');
    let heard: string[] = [];
    subscriber.on('message', (_channel, message) => heard.push(message));
    const verdict = await explored({
      app: { clients: [redis, subscriber], start: () => void (heard = []) },
      workers: [() => redis.publish('changed', 'a'), () => redis.publish('changed', 'b')],
      invariants: [
        invariant('both are heard, once', () => {
          const observed = heard.toSorted().join();
          if (observed !== 'a,b') return { expected: 'a,b', observed };
        }),
      ],
    });
    expect(verdict).toMatchObject({ kind: 'holds' });
  });

  test('also after its connection was broken', async () => {
    const redis = quiet(new Redis(nobody, '127.0.0.1'));
    const counted = invariant('counted once', async ({ redis: lab, workers }) => {
      const views = Number(await lab.get('views'));
      if (views !== workers) return { expected: `${workers}`, observed: `${views}` };
    });
    const faults = { kinds: ['reset-after-apply'], required: true } as const;
    const found = await explored(
      { app: { clients: [redis] }, workers: () => redis.incr('views'), invariants: [counted], faults },
      {},
    );
    // ioredis sends again what was not answered.
    expect(found).toMatchObject({ kind: 'breaks', invariant: 'counted once' });
    expect(found.record).toMatchObject({
      minimal: { workers: 1, faults: 1 },
      reproduced: { times: 20, of: 20 },
    });
  });
});

describe('what cannot be is said by name', () => {
  const workers: WorkerBody = async () => {};

  test.each<[string, AppOptions, RegExp]>([
    [
      'something that is no client',
      { clients: [{}] },
      /^client 1 of app\.clients is no client of ioredis, iovalkey or node-redis/,
    ],
    ['an address that is none', { addresses: ['http://x:1/y z'] }, /^"app\.addresses" names 'http:/],
    ['a start that is none', { start: 'now' as never }, /^"app\.start" is a function, not 'now'/],
    ['an option that is none', { client: [] } as AppOptions, /"client"/],
  ])('%s', async (_name, app, message) => {
    const said = async (): Promise<string> => (await explored({ app, workers })).message;
    expect(await said().catch((error: Error) => error.message)).toMatch(message);
  });

  test('a command that a module gave its client', async () => {
    const redis = quiet(new Redis(nobody, '127.0.0.1'));
    redis.set('k', 1).catch(() => {});
    expect((await explored({ app: { clients: [redis] }, workers })).message).toMatch(
      /^client 1 of app\.clients was told to SET when its module was loaded, .* do that in app\.start/,
    );
  });

  test('a start that throws', async () => {
    const app = { start: () => Promise.reject(new Error('no configuration')) };
    expect(await explored({ app, workers })).toMatchObject({
      kind: 'error',
      message: expect.stringMatching(/^app\.start failed: no configuration/) as string,
    });
  });

  test('a start that never ends', async () => {
    const app = { start: () => new Promise(() => {}) };
    expect(await explored({ app, workers })).toMatchObject({
      kind: 'error',
      message: expect.stringMatching(/^app\.start did not come to an end/) as string,
    });
  });

  test('a client that nobody declared', async () => {
    const redis = quiet(new Redis(port, '127.0.0.1'));
    await once(redis, 'ready');
    const { kind, message } = await explored({ workers: [() => redis.get('k')] });
    redis.disconnect();
    expect(kind).toBe('error');
    expect(message).toMatch(/past the lab.*app: \{ clients: \[redis\] \}/);
  });
});
