import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createClient } from '@redis/client';
import { Redis } from 'ioredis';
import { createClient as createOldClient } from 'redis2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { explore } from '../explore/explore.js';
import { scenario } from '../scenario/scenario.js';
import type { ScenarioOptions } from '../scenario/types.js';
import { sharedServer, startServer } from '../server/index.js';
import { freePort } from '../server/testing/free-port.js';
import type { RedisServer } from '../server/types.js';
import { Environment } from './host/environment.js';

let environment: Environment;
/** A Redis that is not the lab's, as a developer has one running. */
let other: RedisServer;
let port: number;
let unixPath: string;
/** A port at which nobody listens. */
let nobody: number;
/** As an application has them: made when its modules are loaded. */
let early: Redis;
let earlyUnix: Redis;
let earlyRaw: Socket;

beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
  [port, nobody] = [await freePort(), await freePort()];
  other = await startServer({ redis: 'process', args: ['--port', String(port)] });
  unixPath = (other.endpoint as { path: string }).path;
  early = new Redis(port, '127.0.0.1');
  earlyUnix = new Redis(unixPath);
  earlyRaw = connect(port, '127.0.0.1');
  await Promise.all([once(early, 'ready'), once(earlyUnix, 'ready'), once(earlyRaw, 'connect')]);
});
afterAll(async () => {
  environment.close();
  for (const client of [early, earlyUnix]) client.disconnect();
  earlyRaw.destroy();
  await other.stop();
});

/** How many connections the other Redis has seen so far. */
async function connectionsSeen(): Promise<number> {
  return Number(/total_connections_received:(\d+)/.exec(await early.info('stats'))![1]);
}

async function explored(options: Partial<ScenarioOptions>) {
  const cast = scenario({
    name: 'past the lab',
    workerCount: 2,
    invariants: [],
    ...options,
  } as ScenarioOptions);
  return explore(cast, { session: environment, strategy: 'random', runs: 3 });
}

/** Workers that ask the lab's Redis first, and then another one. */
const exploredAsking = (ask: () => unknown) =>
  explored({
    workers: async ({ redis }) => {
      await redis.get('k');
      await ask();
    },
  });

const CURE = /clientOptions \(ioredis\) or url/;
const HERE = String.raw`other-redis\.test\.ts:\d+:\d+`;

describe('a worker that speaks to another Redis is an error by name', () => {
  test.each([
    ['ioredis, opened before', () => early.set('k', 1), 'SET', () => `127\\.0\\.0\\.1:${port}`],
    [
      'a unix socket, opened before',
      () => earlyUnix.incr('k'),
      'INCR',
      () => unixPath.replaceAll('.', '\\.'),
    ],
    [
      'a bare socket from a pool',
      () =>
        new Promise((resolve) => {
          earlyRaw.once('data', resolve);
          earlyRaw.write('*1\r\n$4\r\nPING\r\n');
        }),
      'PING',
      () => `127\\.0\\.0\\.1:${port}`,
    ],
  ])('%s', async (_name, ask, command, address) => {
    const { kind, message } = await exploredAsking(ask);
    expect(message).toMatch(
      new RegExp(
        `^w[12] sends ${command} to ${address()} past the lab, by a client that is not the lab's \\(.*${HERE}\\)\\.`,
      ),
    );
    expect(message).toMatch(CURE);
    expect(kind).toBe('error');
  });

  test.each([
    ['ioredis, connected in the worker', () => new Redis(port, '127.0.0.1').set('k', 1)],
    ['ioredis, by unix socket', () => new Redis(unixPath).set('k', 1)],
    ['ioredis, with TLS', () => new Redis({ port: port, host: '127.0.0.1', tls: {} }).set('k', 1)],
    ['ioredis, where nobody listens', () => new Redis(nobody, '127.0.0.1').set('k', 1)],
    [
      'node-redis',
      async () => {
        const client = createClient({ url: `redis://127.0.0.1:${port}` });
        client.on('error', () => {});
        await client.connect();
        await client.set('k', '1');
      },
    ],
    [
      'old node_redis',
      () =>
        new Promise((resolve) => {
          const client = createOldClient({ host: '127.0.0.1', port: port });
          client.on('error', () => {});
          client.set('k', '1', resolve);
        }),
    ],
  ])('%s, before it has said a word', async (_name, ask) => {
    const before = await connectionsSeen();
    const { kind, message } = await exploredAsking(ask);
    expect(message).toMatch(
      new RegExp(
        `^w[12] connects to \\S+ past the lab, by a client that is not the lab's \\(.*${HERE}\\)\\.`,
      ),
    );
    expect(kind).toBe('error');
    expect(await connectionsSeen()).toBe(before);
  });

  test('one that waits for a client which never connects', async () => {
    const lost = new Redis(nobody, '127.0.0.1');
    lost.on('error', () => {});
    const { kind, message } = await explored({ workers: async () => void (await lost.set('k', 1)) });
    lost.disconnect();
    expect(kind).toBe('error');
    expect(message).toMatch(
      new RegExp(
        `^w1 seems to wait for a client of this process that is not the lab's, for 127\\.0\\.0\\.1:${nobody} \\(.*\\): ` +
          `past the lab \\(.*${HERE}\\)\\.`,
      ),
    );
  });

  test('the client that the scenario makes', async () => {
    const { kind, message } = await explored({
      workers: ({ redis }) => redis.set('k', 1),
      createClient: () => new Redis(port, '127.0.0.1'),
    });
    expect(kind).toBe('error');
    expect(message).toMatch(/^w1 connects to 127\.0\.0\.1:\d+ past the lab/);
  });
});

describe('setup and invariants', () => {
  test.each([
    [
      'setup',
      { setup: async () => void (await early.set('k', 1)) },
      /^the setup failed: the setup sends SET to 127.0.0.1:\d+ past the lab/,
    ],
    [
      'an invariant',
      { invariants: [{ id: 'looks elsewhere', check: async () => void (await early.get('k')) }] },
      /^the invariant "looks elsewhere" sends GET to 127.0.0.1:\d+ past the lab/,
    ],
  ])('%s that speaks to another Redis is an error by name', async (_name, part, expected) => {
    const { kind, message } = await explored({ workers: ({ redis }) => redis.set('k', 1), ...part });
    expect(message).toMatch(expected);
    expect(kind).toBe('error');
  });

  test('may ask the server of the lab by any client', async () => {
    const { endpoint } = environment.server;
    const own = 'path' in endpoint ? new Redis(endpoint.path) : new Redis(endpoint.port, endpoint.host);
    await once(own, 'ready');
    const verdict = await explored({
      setup: async () => void (await own.set('k', 1)),
      workers: ({ redis }) => redis.incr('k'),
    });
    own.disconnect();
    expect(verdict).toMatchObject({ kind: 'holds' });
  });
});

test("what others do meanwhile in this process is nobody's", async () => {
  const ticking = setInterval(() => void early.get('other'), 1);
  const verdict = await explored({ workers: ({ redis }) => redis.incr('k') });
  clearInterval(ticking);
  expect(verdict).toMatchObject({ kind: 'holds' });
});
