/** What faults of the server lead to, where that is a choice or takes more than one command to see. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { explore } from '../../../explore/explore.js';
import { scenario } from '../../../scenario/scenario.js';
import { startServer, type RedisServer } from '../../../server/index.js';
import type { AimedFault } from '../../../faults/spec.js';
import { decodeReply } from '../../../wire/resp.js';
import { Environment } from '../../host/environment.js';
import { fault, timer } from '../../testing/deviations.js';
import { outcome, play } from '../../testing/play.js';

let server: RedisServer;
let environment: Environment;
beforeAll(async () => {
  server = await startServer({ redis: 'process' });
  environment = await Environment.open(server);
});
afterAll(async () => {
  environment.close();
  await server.stop();
});

const FULL: AimedFault = { kind: 'server-accept-queue', at: { reconnect: 0 } };

test('a connect that hangs succeeds when the server goes on, or its client gives up before: both are explored', async () => {
  const ends = new Set<string>();
  const cast = scenario({
    name: 'connecting',
    workers: async ({ redis }) => {
      let error = 'none';
      redis.on('error', ({ message }: Error) => (error = message));
      const reply = await redis.incr('k').catch(({ message }: Error) => message);
      ends.add(`${reply}, error: ${error}`);
    },
    workerCount: 1,
    client: { connectTimeout: 300, retryStrategy: () => null },
    invariants: [],
    faults: { kinds: [FULL] },
  });
  const verdict = await explore(cast, {
    session: environment,
    strategy: 'systematic',
    preemptions: 1,
  });
  expect(verdict).toMatchObject({ kind: 'holds', complete: true });
  expect([...ends].sort()).toEqual(['1, error: none', 'Connection is closed., error: connect ETIMEDOUT']);
});

test('while the accept queue is full, those who are connected wait, too', async () => {
  const { steps } = await play(environment, {
    workers: [({ redis }) => redis.incr('k'), ({ redis }) => redis.incr('k')],
    deviations: [fault({ ...FULL, at: { reconnect: 0, worker: 1 } })],
  });
  const seen = steps.map(({ id, text, reply }) => [id, text, reply && decodeReply(reply)]);
  expect(seen).toMatchInlineSnapshot(`
    [
      [
        "w1.connect1",
        "connect",
        undefined,
      ],
      [
        "w2.1",
        undefined,
        undefined,
      ],
      [
        "server.recovery1",
        "the server goes on",
        undefined,
      ],
      [
        "w2.1.late",
        undefined,
        1,
      ],
      [
        "w1.1",
        undefined,
        2,
      ],
    ]
  `);
});

test('reads pass while writes wait, and those run in their order', async () => {
  const order: string[] = [];
  await play(environment, {
    workers: [
      async ({ redis }) => {
        await redis.append('k', 'a');
        order.push('a');
      },
      async ({ redis }) => {
        order.push(`read ${await redis.get('k')}`);
        await redis.eval("return redis.call('APPEND', KEYS[1], 'b')", 1, 'k');
        order.push('b');
      },
    ],
    deviations: [fault('server-pause')],
    invariants: [
      { id: 'look', check: async ({ redis }) => void order.push(`stored ${await redis.get('k')}`) },
    ],
  });
  // Which answer arrives first is a choice.
  expect(order).toEqual(['read null', 'b', 'a', 'stored ab']);
});

test('what waits by itself begins to when the writes go on', async () => {
  const seen = await outcome(environment, {
    worker: async ({ redis }) => {
      const since = Date.now();
      const reply = await redis.blpop('q', 2);
      return [reply, Date.now() - since];
    },
    deviations: [fault({ kind: 'server-pause', durationMs: 500 })],
  });
  expect(seen).toEqual([null, 2501]);
});

test('a write of a client that is gone never runs', async () => {
  const seen = await outcome(environment, {
    worker: async ({ redis, sleep }) => {
      const written = redis.incr('k').catch(({ message }: Error) => message);
      await sleep(10);
      redis.disconnect();
      return written;
    },
    deviations: [fault('server-pause'), timer],
    client: 'single-shot',
  });
  expect(seen).toBe('Connection is closed.');
  expect(await environment.inspector.get('k')).toBeNull();
});

test.each(['error', 'timeout'] as const)('a wait is ended by %s', async (by) => {
  const seen = await outcome(environment, {
    worker: async ({ redis }) => [await redis.blpop('q', 5).catch(({ message }: Error) => message)],
    deviations: [fault({ kind: 'server-unblock', by, at: { command: 'BLPOP' } })],
  });
  expect(seen).toEqual([by === 'error' ? 'UNBLOCKED client unblocked via CLIENT UNBLOCK' : null]);
});

test('without replies everything runs: a transaction, a script, a pop that waits', async () => {
  const { finding } = await play(environment, {
    workers: [
      async ({ redis }) => {
        const all = [
          redis.incr('k'),
          redis.multi().incr('k').incr('k').exec(),
          redis.eval("return redis.call('INCR', KEYS[1])", 1, 'k'),
          redis.blpop('q', 0),
          redis.rename('k', 'moved'),
        ];
        await Promise.all(all);
      },
      ({ redis, sleep }) => sleep(5).then(() => redis.rpush('q', 'one')),
    ],
    deviations: [fault('server-reply-off', 'INCR')],
  });
  expect(finding?.kind).toBe('hangs');
  expect(await environment.inspector.get('moved')).toBe('4');
  expect(await environment.inspector.exists('q')).toBe(0);
});

test.each([
  ['bulk', 'ERR Protocol error: invalid bulk length'],
  ['multibulk', 'ERR Protocol error: invalid multibulk length'],
] as const)('a damaged %s length is refused, and what was written behind it is lost', async (part, error) => {
  const seen = await outcome(environment, {
    worker: ({ redis }) =>
      Promise.all([1, 2].map(() => redis.incr('k').catch(({ message }: Error) => message))),
    deviations: [fault({ kind: 'server-protocol-error', part }, 'INCR')],
    client: 'single-shot',
  });
  expect(seen).toEqual([error, 'Connection is closed.']);
  expect(await environment.inspector.get('k')).toBeNull();
});

test('a subscriber whose connection the server closes gets no message', async () => {
  const messages: string[] = [];
  await play(environment, {
    workers: [
      async ({ redis, sleep }) => {
        redis.on('message', (_channel, text: string) => messages.push(text));
        await redis.subscribe('news');
        await sleep(10);
      },
      ({ redis, sleep }) => sleep(5).then(() => redis.publish('news', 'one')),
    ],
    client: 'single-shot',
    deviations: [fault({ kind: 'server-idle-close', at: { worker: 1, command: 'SUBSCRIBE' } })],
  });
  expect(messages).toEqual([]);
});
