import { createClient } from '@redis/client';
import KeyvRedis from '@keyv/redis';
import { Redis } from 'ioredis';
import { Keyv } from 'keyv';
import { connect, createServer, type AddressInfo } from 'node:net';
import { createClient as createOldClient, type OldClient } from 'redis2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lines, race, runChoices } from '../../../test/support/executions.js';
import { invariant } from '../../check/invariant.js';
import { noLostUpdate } from '../../check/invariants.js';
import { Environment } from '../../execution/host/environment.js';
import { explore } from '../../explore/explore.js';
import { replay } from '../../explore/replay.js';
import { scenario } from '../../scenario/scenario.js';
import type { WorkerBody, WorkerContext } from '../../scenario/types.js';
import { sharedServer } from '../../server/index.js';
import { LAB_HOST } from './socket-hook.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

/** Commands only, without their replies. */
function commands(of: Parameters<typeof lines>[0]): string[] {
  return lines(of).map((line) => line.split(' ->')[0]!);
}

async function nodeRedis({ url }: WorkerContext) {
  const client = createClient({ url });
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** A call of node_redis 2 as a promise. */
function called(call: (done: (error: Error | null, reply: unknown) => void) => void): Promise<unknown> {
  return new Promise((resolve, reject) => {
    call((error, reply) => (error ? reject(error) : resolve(reply)));
  });
}

function oldNodeRedis({ address }: WorkerContext): OldClient {
  const client = createOldClient(address);
  client.on('error', () => {});
  return client;
}

/** Reads, adds one, writes: the same race with every client. */
const ADDERS: Record<string, WorkerBody> = {
  'node-redis 6': async (context) => {
    const client = await nodeRedis(context);
    await context.operation('increment', async () => {
      const seen = Number(await client.get('count'));
      await client.set('count', String(seen + 1));
    });
    await client.close();
  },
  'node_redis 2': async (context) => {
    const client = oldNodeRedis(context);
    await context.operation('increment', async () => {
      const seen = Number(await called((done) => client.get('count', done)));
      await called((done) => client.set('count', String(seen + 1), done));
    });
    await called((done) => client.quit(done));
  },
  '@keyv/redis': async ({ url, operation }) => {
    const keyv = new Keyv(new KeyvRedis(url, { namespace: '' }), { namespace: '', useKeyPrefix: false });
    await operation('increment', async () => {
      const seen = (await keyv.get<number>('count')) ?? 0;
      await keyv.set('count', seen + 1);
    });
    await keyv.disconnect();
  },
  'ioredis without the connector': async ({ url, operation }) => {
    const client = new Redis(url);
    await operation('increment', async () => {
      const seen = Number(await client.get('count'));
      await client.set('count', String(seen + 1));
    });
    client.disconnect();
  },
};

/** How many increments the value shows; keyv wraps it. */
const noneLost = invariant('no increment is lost', async ({ redis, history }) => {
  const value: unknown = JSON.parse((await redis.get('count')) ?? '0');
  const observed = typeof value === 'object' ? (value as { value: number }).value : Number(value);
  const expected = history.operations.filter(({ outcome }) => outcome === 'ok').length;
  return observed === expected ? undefined : { expected: String(expected), observed: String(observed) };
});

describe.each(Object.entries(ADDERS))('%s', (_name, add) => {
  const cast = scenario({ name: 'adders', workers: add, workerCount: 3, invariants: [noneLost] });

  test('should lose an update in one order, reproducibly', async () => {
    const verdict = await explore(cast, { session: environment });
    expect(verdict).toMatchObject({ kind: 'breaks', invariant: 'no increment is lost' });
    expect(verdict.minimal).toMatchObject({ workers: 2, preemptions: 1, faults: 0 });
    expect(verdict.record!.reproduced).toEqual({ times: 20, of: 20 });
    const again = await replay(cast, verdict.record!, { session: environment, times: 20 });
    expect(again).toMatchObject({ firstDifference: undefined, same: 20 });
  });

  test('should know which worker issued which command, and take no handshake for a step', async () => {
    const result = await runChoices(environment, { ...cast, workers: [add, add] }, [0, 1]);
    expect(result.finding).toMatchObject({ expected: '2', observed: '1' });
    const named = commands(result).filter((line) => !line.includes('QUIT'));
    expect(named.map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
      'w1 GET count',
      'w2 GET count',
      'w2 SET count',
      'w1 SET count',
    ]);
  });
});

const PINGS = '*1\r\n$4\r\nPING\r\n'.repeat(2);

describe('what a client really writes', () => {
  test('should hold a transaction and a pipeline of node-redis frame by frame', async () => {
    const multi: WorkerBody = async (context) => {
      const client = await nodeRedis(context);
      return client.multi().set('a', 1).get('a').exec();
    };
    const pipeline: WorkerBody = async (context) => {
      const client = await nodeRedis(context);
      return client.multi().set('b', 1).incr('b').execAsPipeline();
    };
    const result = await runChoices(environment, race([multi, pipeline]), [0, 1, 1, 1]);
    expect(lines(result)).toEqual([
      'w1 MULTI -> "OK"',
      'w2 SET b 1 -> "OK"',
      'w1 SET a 1 -> "QUEUED"',
      'w2 INCR b -> 2',
      'w1 GET a -> "QUEUED"',
      'w1 EXEC -> ["OK","1"]',
    ]);
  });

  test('should hold a transaction and a batch of node_redis 2 frame by frame', async () => {
    const multi: WorkerBody = (context) =>
      called((done) => oldNodeRedis(context).multi().incr('a').get('a').exec(done));
    const batch: WorkerBody = (context) =>
      called((done) => oldNodeRedis(context).batch().incr('b').get('b').exec(done));
    const result = await runChoices(environment, race([multi, batch]), [0, 1, 1, 1]);
    expect(lines(result)).toEqual([
      'w1 MULTI -> "OK"',
      'w2 INCR b -> 1',
      'w1 INCR a -> "QUEUED"',
      'w2 GET b -> "1"',
      'w1 GET a -> "QUEUED"',
      'w1 EXEC -> [1,"1"]',
    ]);
  });

  test.each([
    { when: 'once it is connected again', waits: true, then: 'WatchError: Client reconnected after WATCH' },
    // Its queue does not know of the reconnect yet, so the server gets a transaction without a WATCH.
    { when: 'while it reconnects', waits: false, then: 'executed' },
  ])('should see node-redis start a watched transaction $when: $then', async ({ waits, then }) => {
    const outcome: string[] = [];
    const body: WorkerBody = async (context) => {
      const client = await nodeRedis(context);
      await client.watch('a');
      await client.get('a').catch((error: Error) => outcome.push(error.message));
      if (waits) await new Promise((resolve) => client.once('ready', resolve));
      const running = client.multi().incr('a').exec();
      await running.then(
        () => outcome.push('executed'),
        (error: Error) => outcome.push(`${error.constructor.name}: ${error.message}`),
      );
    };
    const faults = { kinds: ['reset-before-send'], budget: 1 } as const;
    await runChoices(environment, race(body, { faults }), [0, -1]);
    expect(outcome).toEqual(['read ECONNRESET', then]);
  });

  test('should pass SELECT and AUTH of the handshake, and see the database that was selected', async () => {
    const body: WorkerBody = async ({ address }) => {
      const client = createClient({ socket: { ...address }, database: 3 });
      await client.connect();
      await client.set('k', 'v');
      await client.select(4);
      await client.get('k');
    };
    const result = await runChoices(environment, race(body));
    expect(lines(result)).toEqual(['w1 SET k v -> "OK"', 'w1 SELECT 4 -> "OK"', 'w1 GET k -> null']);
  });

  test('should answer inline nonsense as Redis does, and hang up', async () => {
    const seen: string[] = [];
    const body: WorkerBody = ({ address }) =>
      new Promise<void>((resolve) => {
        const socket = connect(address, () => socket.write('*1\r\n!oops\r\n'));
        socket.on('data', (bytes) => seen.push(String(bytes)));
        socket.on('end', () => seen.push('end'));
        socket.on('close', () => resolve());
      });
    const result = await runChoices(environment, race(body));
    expect(result.finding).toBeUndefined();
    expect(seen).toEqual([expect.stringMatching(/^-ERR Protocol error: /), 'end']);
  });

  test('should run the commands before nonsense, and answer them first, in one write and in several', async () => {
    for (const written of [[`${PINGS}!oops\r\n`], [PINGS, '!oops\r\n'], [`${PINGS}+PING\r\n`, PINGS]]) {
      let seen = '';
      const body: WorkerBody = ({ address }) =>
        new Promise<void>((resolve) => {
          const socket = connect(address, () => written.forEach((text) => socket.write(text)));
          socket.on('data', (bytes) => (seen += String(bytes)));
          socket.on('close', () => resolve());
        });
      const result = await runChoices(environment, race(body));
      expect(lines(result)).toEqual(['w1 PING -> "PONG"', 'w1 PING -> "PONG"']);
      expect(seen).toMatch(/^\+PONG\r\n\+PONG\r\n-ERR Protocol error: .*\r\n$/);
    }
  });
});

describe('the idle timeout of a socket', () => {
  test('should be counted anew from traffic, also when it was over before, as in Node', async () => {
    const patient: WorkerBody = ({ address }) =>
      new Promise<void>((resolve) => {
        let timeouts = 0;
        const socket = connect(address, () => socket.write('*1\r\n$4\r\nPING\r\n'));
        socket.setTimeout(20);
        socket.on('timeout', () => {
          timeouts += 1;
          if (timeouts === 1) socket.write('*2\r\n$4\r\nPING\r\n$4\r\nmore\r\n');
          else resolve(void socket.destroy());
        });
        socket.resume();
      });
    expect(lines(await runChoices(environment, race(patient)))).toEqual([
      'w1 PING -> "PONG"',
      'w1 timer 20 ms',
      'w1 PING more -> "more"',
      'w1 timer 20 ms',
    ]);
  });
});

describe('a secure connection', () => {
  test('should be one for the client, and end at the lab', async () => {
    const modern: WorkerBody = async ({ address }) => {
      const client = createClient({ socket: { ...address, tls: true } });
      await client.connect();
      await client.incr('a');
      await client.close();
    };
    const plain: WorkerBody = async ({ address }) => {
      const client = new Redis({ ...address, tls: {} });
      await client.incr('a');
      client.disconnect();
    };
    const result = await runChoices(environment, race([modern, plain]));
    expect(result.finding).toBeUndefined();
    expect(commands(result)).toEqual(['w1 INCR a', 'w2 INCR a']);
  });
});

describe('an error event that nobody listens for', () => {
  test.each(['hook', 'tcp'])('should be the finding of its execution, through the %s way', async (way) => {
    const body: WorkerBody = async ({ address, tcpPort }) => {
      const target = way === 'tcp' ? { host: '127.0.0.1', port: await tcpPort() } : address;
      const client = createClient({ socket: target });
      await client.connect();
      await client.incr('a').catch(() => undefined);
      await client.close();
    };
    const faults = { kinds: ['reset-before-send'], budget: 1 } as const;
    const { finding } = await runChoices(environment, race(body, { faults }), [-1]);
    expect(finding).toMatchObject({
      id: 'no uncaught error',
      observed: expect.stringMatching(/^w1 threw outside of any handler: Error: read ECONNRESET/),
    });
  });
});

describe('one client of several workers', () => {
  test('should know whose command is whose, with node-redis', async () => {
    let client: ReturnType<typeof nodeRedis> | undefined;
    const body: WorkerBody = async (context) => {
      client ??= nodeRedis(context);
      const shared = await client;
      await Promise.all([shared.incr('a'), context.step('between').then(() => shared.incr('b'))]);
      await shared.multi().set(context.name, 1).exec();
    };
    const cast = race([body, body]);
    const first = lines(await runChoices(environment, cast, [1, 1, 0, 1]));
    client = undefined;
    expect(lines(await runChoices(environment, cast, [1, 1, 0, 1]))).toEqual(first);
    for (const worker of ['w1', 'w2']) {
      const own = first.filter((line) => line.startsWith(worker)).map((line) => line.split(' ->')[0]);
      expect(new Set(own)).toEqual(
        new Set(
          ['INCR a', 'INCR b', 'MULTI', `SET ${worker} 1`, 'EXEC', 'between'].map(
            (text) => `${worker} ${text}`,
          ),
        ),
      );
      expect(own).toHaveLength(6);
    }
  });

  test.each([
    { when: 'connected', early: false, owners: ['w1 GET w1', 'w1 SET w1 1', 'w2 GET w2', 'w2 SET w2 1'] },
    // It keeps what it is given too early, and writes it in the context of the first.
    {
      when: 'not yet connected',
      early: true,
      owners: ['w1 GET w1', 'w1 GET w2', 'w1 SET w1 1', 'w2 SET w2 1'],
    },
  ])('should know whose command is whose, with node_redis 2 $when', async ({ early, owners }) => {
    let client: OldClient | undefined;
    const body: WorkerBody = async (context) => {
      client ??= oldNodeRedis(context);
      if (!early) await context.step('connected');
      await called((done) => client!.get(context.name, done));
      await called((done) => client!.set(context.name, '1', done));
    };
    const result = await runChoices(environment, race([body, body]));
    const own = commands(result).filter((line) => !line.endsWith('connected'));
    expect(own.sort()).toEqual(owners);
  });
});

describe('reconnects', () => {
  test('should be told from second clients', async () => {
    const body: WorkerBody = async (context) => {
      const [first, second] = [new Redis(context.url), await nodeRedis(context)];
      first.on('error', () => {});
      for (const client of [first, second]) await Promise.resolve(client.incr('a')).catch(() => undefined);
      const third = new Redis(context.url);
      await third.incr('a');
      await second.incr('a');
    };
    const faults = { kinds: ['reset-before-send'], budget: 2 } as const;
    const result = await runChoices(environment, race(body, { faults }), [-1, 0, 0, -1]);
    expect(result.finding).toBeUndefined();
    expect(result.steps.filter(({ kind }) => kind === 'connect').map(({ id }) => id)).toEqual([
      'w1.3.connect2',
      'w1.2.connect2',
    ]);
  });
});

describe('everything else', () => {
  test('should reach its own destination', async () => {
    const server = createServer((socket) => socket.end('hello'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const texts: string[] = [];
    const body: WorkerBody = async ({ redis }) => {
      for await (const bytes of connect(port, '127.0.0.1')) texts.push(String(bytes));
      await redis.set('k', 1);
    };
    const result = await runChoices(environment, race(body));
    server.close();
    expect(texts).toEqual(['hello']);
    expect(lines(result)).toEqual(['w1 SET k 1 -> "OK"']);
  });

  test('should be told that there is no worker', async () => {
    const error = await new Promise<Error>((resolve) => {
      connect({ host: LAB_HOST, port: 6379 }).on('error', resolve);
    });
    expect(error.message).toBe(`${LAB_HOST} is the Redis of a worker: there is no worker here`);
  });
});

test('should find with ordinary invariants what it finds with ioredis', async () => {
  const cast = scenario({
    name: 'adders',
    workers: ADDERS['node-redis 6']!,
    invariants: [noLostUpdate({ key: 'count' })],
  });
  const verdict = await explore(cast, { session: environment });
  expect(verdict).toMatchObject({ kind: 'breaks', invariant: 'no lost update' });
});
