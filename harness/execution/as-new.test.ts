import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { explore } from '../explore/explore.js';
import { counter, increment } from '../explore/testing/counter.js';
import { scenario } from '../scenario/scenario.js';
import type { Scenario, WorkerBody } from '../scenario/types.js';
import { startServer } from '../server/index.js';
import type { RedisServer } from '../server/types.js';
import { Environment } from './host/environment.js';

let server: RedisServer;
/** One session for several explorations, which notices soon that nobody answers. */
let session: Environment;
beforeAll(async () => {
  server = await startServer();
  session = await Environment.open(server, { replyMs: 1500 });
});
afterAll(async () => {
  session.close();
  await server.stop();
});

const runs = { strategy: 'random', runs: 5 } as const;

function of(worker: WorkerBody, setup?: Scenario['setup']): Scenario {
  return scenario({
    name: 'as new',
    workers: worker,
    workerCount: 2,
    invariants: [],
    ...(setup && { setup }),
  });
}

const ADD = "return redis.call('INCRBY', KEYS[1], 1)";

/** As most libraries run a script: by its digest first, and with its text where the server does not know it. */
const byDigest: WorkerBody = async ({ redis }) => {
  const { createHash } = await import('node:crypto');
  const sha = createHash('sha1').update(ADD).digest('hex');
  await redis.evalsha(sha, 1, 'c').catch(() => redis.eval(ADD, 1, 'c'));
};

describe('scripts', () => {
  test('are new for each exploration, also in connections of its own', async () => {
    for (const options of [{ server }, { server }, { session }, { session }])
      expect(await explore(of(byDigest), { ...options, ...runs })).toMatchObject({ kind: 'holds' });
  });
});

describe('explorations at the same time', () => {
  test.each([
    ['on one session', () => ({ session })],
    ['on one server', () => ({ server })],
  ])('%s', async (_name, where) => {
    const one = (): Promise<{ kind: string; message: string }> =>
      explore(of(byDigest), { ...where(), strategy: 'exhaustive' });
    for (const verdict of await Promise.all([one(), one(), one()]))
      expect(verdict).toMatchObject({ kind: 'holds', complete: true });
  });
});

describe('an innocent scenario after one that changed the server', () => {
  test.each<[string, (redis: Redis) => Promise<unknown>]>([
    ['CONFIG SET maxmemory', (redis) => redis.config('SET', 'maxmemory', '1')],
    ['CONFIG SET in a transaction', (redis) => redis.multi().config('SET', 'maxmemory', '1').exec()],
    ['CONFIG SET requirepass', (redis) => redis.config('SET', 'requirepass', 'secret')],
    ['CONFIG SET maxclients', (redis) => redis.config('SET', 'maxclients', '1')],
    ['ACL SETUSER default off', (redis) => redis.acl('SETUSER', 'default', 'off')],
    ['ACL SETUSER default without rights', (redis) => redis.acl('SETUSER', 'default', 'resetpass', '-@all')],
    ['ACL SETUSER of another', (redis) => redis.acl('SETUSER', 'other', 'on', '>secret', '~k*', '+get')],
    ['REPLICAOF', (redis) => redis.replicaof('127.0.0.1', 1)],
    ['DEBUG SEGFAULT', (redis) => redis.call('DEBUG', 'SEGFAULT')],
    ['a script without an end', (redis) => redis.eval('while true do end', 0)],
    [
      'FUNCTION LOAD',
      (redis) =>
        redis.function('LOAD', "#!lua name=l\nredis.register_function('f', function() return 1 end)"),
    ],
  ])('%s, by a worker', async (_name, change) => {
    const before = await settings();
    await explore(
      of(async ({ redis }) => {
        await redis.set('k', 1);
        await change(redis).catch(() => {});
      }),
      { session, ...runs },
    );
    expect(await explore(counter(increment, 2), { session })).toMatchObject({
      kind: 'holds',
      complete: true,
    });
    expect(await explore(counter(increment, 2), { server })).toMatchObject({ kind: 'holds', complete: true });
    expect(await settings()).toEqual(before);
  });

  test('by its setup, which finds it as new in every execution', async () => {
    const seen = new Set<string>();
    const verdict = await explore(
      of(
        ({ redis }) => redis.incr('c'),
        async ({ redis }) => {
          seen.add(String(await redis.config('GET', 'notify-keyspace-events')));
          await redis.config('SET', 'notify-keyspace-events', 'KEA');
        },
      ),
      { session, ...runs },
    );
    expect(verdict.kind).toBe('holds');
    expect([...seen]).toEqual(['notify-keyspace-events,']);
  });

  test('dead: it is started again for the next one', async () => {
    await server.power!.kill();
    expect(await explore(counter(increment, 2), { server })).toMatchObject({ kind: 'holds', complete: true });
  });
});

/** The order of settings is another one after a restart. */
function sorted(reply: unknown): unknown {
  return Array.isArray(reply) ? reply.map(String).sort() : reply;
}

/** Everything that the server says of itself, beyond keys. */
async function settings(): Promise<unknown> {
  const own = await Environment.open(server);
  try {
    const all = [];
    for (const command of ['CONFIG GET *', 'ACL LIST', 'FUNCTION LIST', 'ROLE'])
      all.push(sorted(await own.control.tryCall(...command.split(' '))));
    return all;
  } finally {
    own.close();
  }
}

test('listeners of a setup are not there twice', async () => {
  const warnings: Error[] = [];
  const note = (warning: Error): void => void warnings.push(warning);
  process.on('warning', note);
  let most = 0;
  const { kind } = await explore(
    of(
      ({ redis }) => redis.incr('c'),
      ({ redis }) => {
        redis.on('message', () => {});
        most = Math.max(most, redis.listenerCount('message'));
        return Promise.resolve();
      },
    ),
    { session, strategy: 'random', runs: 15 },
  );
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', note);
  expect(kind).toBe('holds');
  expect(most).toBe(1);
  expect(warnings).toEqual([]);
});

test('a connection on which a transaction was left open is as new for whoever gets it next', async () => {
  const replies = new Set<unknown>();
  const leavesOpen: WorkerBody = async ({ connect }) => {
    const redis = connect();
    replies.add(await redis.set('c', '1'));
    await redis.watch('c');
    await redis.call('MULTI');
    replies.add(await redis.call('INCR', 'c'));
    redis.disconnect();
  };
  const before = session.upstreams.size;
  expect(await explore(of(leavesOpen), { session, ...runs, runs: 20 })).toMatchObject({ kind: 'holds' });
  expect([...replies]).toEqual(['OK', 'QUEUED']);
  // They are used again and again: for each worker one that the lab makes for it, and its own.
  expect(session.upstreams.size - before).toBeLessThanOrEqual(4);
});
