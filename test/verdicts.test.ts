import { readFileSync } from 'node:fs';
import { createConnection, createServer, type AddressInfo } from 'node:net';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  explore,
  mutualExclusion,
  recovers,
  renderFailure,
  scenario,
  startServer,
  type RedisServer,
  type Scenario,
  type Verdict,
  type WorkerBody,
} from '../harness/index.js';
import { Environment } from '../harness/execution/host/environment.js';

/** A service that reads a setting now and then, and lives with it when it cannot. */
const readNowAndThen: WorkerBody = async ({ redis, operation, sleep }) => {
  redis.on('error', () => {});
  for (let round = 0; round < 8; round++) {
    await operation('read setting', () => redis.get('setting')).catch(() => {});
    await sleep(1000);
  }
};

/** The client gives up connecting after three attempts, and nobody makes another one. */
const gaveUp = scenario({
  name: 'the client gave up connecting',
  workers: readNowAndThen,
  workerCount: 1,
  client: { retryStrategy: (times) => (times > 3 ? null : 50) },
  invariants: [],
  faults: { kinds: [{ kind: 'server-restart', data: 'kept', lasts: 7 }] },
});

/** The first attempt to connect is remembered for ever, also when it failed. */
const remembersFailure = scenario({
  name: 'a failed connect is remembered',
  workers: async ({ clientOptions, operation, sleep }) => {
    const connected = connect(new Redis({ ...clientOptions, lazyConnect: true, retryStrategy: () => null }));
    connected.catch(() => {});
    for (let round = 0; round < 3; round++) {
      await operation('read setting', async () => (await connected).get('setting')).catch(() => {});
      await sleep(1000);
    }
  },
  workerCount: 1,
  invariants: [recovers({ withinOperations: 1 })],
  faults: { kinds: [{ kind: 'refuse-connect', count: 1, at: { reconnect: 0 } }] },
});

async function connect(client: Redis): Promise<Redis> {
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** Tries again until it works; on a client that has ended it never does. */
const triesForEver = scenario({
  name: 'tries again for ever',
  workers: async ({ redis, operation, sleep }) => {
    redis.on('error', () => {});
    for (let done = false; !done; await sleep(100)) {
      done = await operation('pay', () => redis.incr('paid')).then(
        () => true,
        () => false,
      );
    }
  },
  workerCount: 1,
  client: 'single-shot',
  invariants: [],
  faults: { kinds: ['server-client-kill'] },
  maxSteps: 40,
});

const waitsForReply = scenario({
  name: 'waits for a reply',
  workers: async ({ redis }) => {
    await redis.set('k', 1);
    await redis.get('k');
  },
  workerCount: 1,
  invariants: [],
  faults: { kinds: [{ kind: 'black-hole-reply', at: { nth: 2 } }] },
});

const waitsForNobody = scenario({
  name: 'waits for somebody who never comes',
  workers: [
    async ({ redis }) => {
      await redis.set('ready', 1);
      await new Promise(() => {});
    },
    ({ redis }) => redis.get('ready'),
  ],
  invariants: [],
});

/** Nothing follows the sleep: only while it lasts can anybody see that the lease has ended. */
const endsInASleep = scenario({
  name: 'a lease shorter than the work',
  workers: async ({ redis, name, sleep, critical }) => {
    const mine = await redis.set('lock', name, 'PX', 100, 'NX');
    if (mine !== null) await critical(() => sleep(150));
  },
  workerCount: 2,
  invariants: [mutualExclusion()],
});

const leavesRejection = scenario({
  name: 'nobody waits for the write',
  workers: async ({ redis, step }) => {
    void redis.set('audit', 1);
    await step('answer the request');
  },
  workerCount: 1,
  client: 'single-shot',
  invariants: [],
  faults: { kinds: ['reset-before-send'] },
});

let environment: Environment;
let server: RedisServer;
beforeAll(async () => {
  server = await startServer({ redis: 'process' });
  environment = await Environment.open(server, { realWorkMs: 300 });
});
afterAll(async () => {
  environment.close();
  await server.stop();
});

/** The print of a finding, without what differs from machine to machine. */
async function print(cast: Scenario): Promise<string> {
  const verdict = await explore(cast, { session: environment, strategy: 'systematic', preemptions: 1 });
  const { record } = verdict;
  const text = record === undefined ? `${verdict.kind}: ${verdict.message}` : failure(verdict, record);
  return `${text}\n`;
}

function failure(verdict: Verdict, record: NonNullable<Verdict['record']>): string {
  const text = renderFailure(record, { columns: 100, verdict });
  return text.replace(/^( {2}with {7}).*(\n {13}.*)*/m, '$1(this machine)');
}

describe('what can be wrong with an execution, as a person reads it', () => {
  test.each([
    ['does-not-recover-gave-up', gaveUp],
    ['does-not-recover-remembers-failure', remembersFailure],
    ['does-not-recover-tries-for-ever', triesForEver],
    ['hangs-waits-for-reply', waitsForReply],
    ['hangs-waits-for-nobody', waitsForNobody],
    ['lease-ends-in-a-sleep', endsInASleep],
    ['uncaught-rejection', leavesRejection],
  ] as const)('%s', async (name, cast) => {
    await expect(await print(cast)).toMatchFileSnapshot(`golden/verdicts/${name}.txt`);
  });

  test('not-deterministic', async () => {
    let runs = 0;
    const changing = scenario({
      name: 'changing',
      workers: async ({ redis }) => {
        await redis.get('c');
        await redis.set('c', String((runs += 1)));
      },
      workerCount: 1,
      invariants: [],
    });
    await expect(await print(changing)).toMatchFileSnapshot('golden/verdicts/not-deterministic.txt');
  });

  test('uncontrolled-wait', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as AddressInfo;
    const fetching = scenario({
      name: 'fetching',
      workers: async ({ redis }) => {
        await redis.get('url');
        await fetchElsewhere(port);
      },
      workerCount: 1,
      invariants: [],
    });
    const text = await print(fetching);
    silent.close();
    // The place moves with this file; what stands there does not.
    await expect(text.replaceAll(/:\d+:\d+/g, ':line')).toMatchFileSnapshot(
      'golden/verdicts/uncontrolled-wait.txt',
    );
    const [, line] = /verdicts\.test\.ts:(\d+):/.exec(text)!;
    expect(readFileSync('test/verdicts.test.ts', 'utf8').split('\n')[Number(line) - 1]).toContain(
      'createConnection',
    );
  });
});

function fetchElsewhere(port: number): Promise<unknown> {
  return new Promise((resolve) => createConnection({ port, host: '127.0.0.1' }).on('data', resolve));
}
