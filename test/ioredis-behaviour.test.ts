/**
 * What ioredis 6 does when a connection breaks, one scenario a row, on the real server. These are facts to build on,
 * not wishes: when one of them changes with a new version, the labs' lessons change too.
 */
import { constants } from 'node:os';
import type { RedisOptions } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Environment } from '../harness/execution/host/environment.js';
import type { Decision } from '../harness/execution/steps/decision.js';
import { fault, timer, worker } from '../harness/execution/testing/deviations.js';
import { outcome as outcomeIn, play as playIn, type Play } from '../harness/execution/testing/play.js';
import type { ClientProfile, WorkerBody } from '../harness/scenario/types.js';
import { sharedServer } from '../harness/server/index.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

const play = (options: Play) => playIn(environment, options);
const outcome = (options: Omit<Play, 'workers'> & { readonly worker: WorkerBody }) =>
  outcomeIn(environment, options);
const stored = (key: string): Promise<string | null> => environment.inspector.get(key);

describe('ioredis 6', () => {
  test('1: INCR, reply lost, reset: runs twice, and the caller gets 2', async () => {
    expect(
      await outcome({
        worker: ({ redis }) => redis.incr('c'),
        deviations: [fault('reset-after-apply', 'INCR')],
      }),
    ).toBe(2);
    expect(await stored('c')).toBe('2');
  });

  test('2: SET NX PX, reply lost: the caller gets null, and the key is its own', async () => {
    const acquire: WorkerBody = ({ redis }) => redis.set('lock', 'me', 'PX', 10_000, 'NX');
    expect(await outcome({ worker: acquire, deviations: [fault('reset-after-apply', 'SET')] })).toBeNull();
    expect(await stored('lock')).toBe('me');
  });

  test('3: MULTI, two INCR, EXEC, all replies lost: the whole transaction runs twice', async () => {
    const transaction: WorkerBody = ({ redis }) => redis.multi().incr('c').incr('c').exec();
    expect(await outcome({ worker: transaction, deviations: [fault('pipeline-cut', 'MULTI')] })).toEqual([
      [null, 3],
      [null, 4],
    ]);
    expect(await stored('c')).toBe('4');
  });

  test('4: WATCH and GET, reset, another client writes, MULTI/EXEC: EXEC succeeds, the other write is lost', async () => {
    let exec: unknown;
    const watcher: WorkerBody = async ({ redis }) => {
      await redis.watch('c');
      const count = Number(await redis.get('c'));
      exec = await redis
        .multi()
        .set('c', count + 1)
        .exec();
    };
    const writer: WorkerBody = ({ redis }) => redis.set('c', 'other');
    await play({ workers: [watcher, writer], deviations: [fault('reset-before-send', 'MULTI'), worker(2)] });
    expect(exec).toEqual([[null, 'OK']]);
    expect(await stored('c')).toBe('1');
  });

  test('5: WATCH on a shared connection, another flow EXECs in between: EXEC succeeds, an update is lost', async () => {
    const body: WorkerBody = async ({ redis }) => {
      await redis.watch('c');
      const count = Number(await redis.get('c'));
      await redis
        .multi()
        .set('c', count + 1)
        .exec();
    };
    const isGet = ({ moves }: Decision): boolean =>
      moves.some(({ worker: who, command }) => who === 1 && command?.[0] === 'MULTI');
    await play({
      workers: [body, body],
      sharedClient: true,
      deviations: [(decision) => (isGet(decision) ? worker(2)(decision) : undefined)],
    });
    expect(await stored('c')).toBe('1');
  });

  /** Waits long enough after the error for everything that is still to come. */
  const patient: WorkerBody = async ({ redis, sleep }) => {
    const answer = await redis.incr('c').catch((error: Error) => `rejected: ${error.message}`);
    await sleep(10_000);
    return answer;
  };
  const drop = fault({ kind: 'connection-drop', at: { command: 'INCR' } });

  test('6: the reply comes after the timeout, then a reset: runs again after the caller was told that it failed', async () => {
    const client: RedisOptions = { commandTimeout: 50 };
    const deviations = [fault('late-reply', 'INCR'), timer, drop];
    expect(await outcome({ client, worker: patient, deviations })).toBe('rejected: Command timed out');
    expect(await stored('c')).toBe('2');
  });

  test('7: the command is lost, then the timeout, then a reset: runs after the caller was told that it failed', async () => {
    const client: RedisOptions = { commandTimeout: 50 };
    const deviations = [fault('black-hole-request', 'INCR'), timer, drop];
    expect(await outcome({ client, worker: patient, deviations })).toBe('rejected: Command timed out');
    expect(await stored('c')).toBe('1');
  });

  test('8: a command that times out in the offline queue is sent all the same', async () => {
    const client: RedisOptions = { commandTimeout: 30, retryStrategy: () => 100 };
    const late: WorkerBody = async ({ redis, sleep }) => {
      await redis.get('first').catch(() => {});
      const answer = await redis
        .set('ghost', 'written')
        .catch((error: Error) => `rejected: ${error.message}`);
      await sleep(1000);
      return answer;
    };
    const seen = await outcome({ client, worker: late, deviations: [fault('reset-before-send', 'GET')] });
    expect(seen).toBe('rejected: Command timed out');
    expect(await stored('ghost')).toBe('written');
  });

  test('9: socketTimeout resends what already ran', async () => {
    const client: RedisOptions = { socketTimeout: 60 };
    const lost = fault('black-hole-reply', 'INCR');
    expect(await outcome({ client, worker: ({ redis }) => redis.incr('c'), deviations: [lost, lost] })).toBe(
      3,
    );
    expect(await stored('c')).toBe('3');
  });

  test('10: autoResendUnfulfilledCommands: false leaves the promise pending for ever', async () => {
    const client: RedisOptions = { autoResendUnfulfilledCommands: false };
    expect(
      await outcome({
        client,
        worker: ({ redis }) => redis.incr('c'),
        deviations: [fault('reset-after-apply', 'INCR')],
      }),
    ).toBe('pending');
    expect(await stored('c')).toBe('1');
  });

  test('11: a server that accepts and hangs up, 65 times: the command in flight is pending, whatever the limit', async () => {
    const client: RedisOptions = { maxRetriesPerRequest: 2, retryStrategy: () => 10 };
    let connects = 0;
    const seen = await outcome({
      client,
      worker: ({ redis }) => {
        redis.on('connect', () => (connects += 1));
        return redis.incr('c');
      },
      deviations: [
        fault('reset-before-send', 'INCR'),
        ...Array.from({ length: 65 }, () =>
          fault({ kind: 'close-before-send', at: { handshake: true, command: 'HELLO' } }),
        ),
        // Nor is there an answer on the way when it ends here.
        fault({ kind: 'black-hole-request', at: { handshake: true, command: 'HELLO' } }),
      ],
      maxSteps: 300,
    });
    // The first connect, one after each end, and the one that hears nothing.
    expect([seen, connects]).toEqual(['pending', 67]);
    expect(await stored('c')).toBeNull();
  });

  test('12: maxRetriesPerRequest: 0 rejects what was in flight at the first close', async () => {
    const client: RedisOptions = { maxRetriesPerRequest: 0 };
    const seen = await outcome({
      client,
      worker: ({ redis }) => redis.incr('c'),
      deviations: [fault('reset-after-apply', 'INCR')],
    });
    expect(seen).toMatch(/^rejected: Reached the max retries per request limit/);
    expect(await stored('c')).toBe('1');
  });

  test('13: disconnect() while reconnecting leaves everything pending for ever', async () => {
    const seen: unknown[] = [];
    const body: WorkerBody = async ({ redis, sleep }) => {
      redis.on('reconnecting', () => redis.disconnect());
      void redis.incr('c').then(
        () => seen.push('first'),
        () => seen.push('first'),
      );
      await sleep(10_000);
      void redis.get('c').then(
        () => seen.push('second'),
        () => seen.push('second'),
      );
      await sleep(10_000);
      seen.push(redis.status);
    };
    await play({ workers: [body], deviations: [fault('reset-before-send', 'INCR')] });
    expect(seen).toEqual(['reconnecting']);
  });

  test('14: a pipeline with one reply of three, then a reset: the rest is rejected and not sent again', async () => {
    const pipeline: WorkerBody = async ({ redis }) => {
      const replies = await redis.pipeline().incr('c').incr('c').incr('c').exec();
      return replies!.map(([error, value]) => error?.message ?? value);
    };
    const aborted = 'Command aborted due to connection close';
    const deviations = [fault({ kind: 'pipeline-cut', replies: 1 }, 'INCR')];
    expect(await outcome({ worker: pipeline, deviations })).toEqual([1, aborted, aborted]);
    expect(await stored('c')).toBe('3');
  });

  test('15: reconnectOnError -> 2 sends the command again on the new connection', async () => {
    let refused = 0;
    const client: RedisOptions = { reconnectOnError: () => ((refused += 1) === 1 ? 2 : false) };
    const push: WorkerBody = ({ redis }) => redis.lpush('k', 'v');
    const seen = await outcome({
      client,
      worker: push,
      setup: ({ redis }) => redis.set('k', 'text'),
      deviations: [],
    });
    expect(seen).toMatch(/^rejected: WRONGTYPE/);
    expect(refused).toBe(2);
  });

  test.each([
    [2, 1],
    [1, "rejected: READONLY You can't write against a read only replica."],
  ] as const)(
    '15: reconnectOnError -> %i on READONLY: reconnects, and the command gives %s',
    async (way, answer) => {
      const text = "READONLY You can't write against a read only replica.";
      let connects = 0;
      const seen = await outcome({
        client: { reconnectOnError: (error) => (error.message.startsWith('READONLY') ? way : false) },
        worker: async ({ redis, sleep }) => {
          redis.on('connect', () => (connects += 1));
          const got = await redis.incr('c').catch((error: Error) => `rejected: ${error.message}`);
          await sleep(1000);
          return got;
        },
        deviations: [fault({ kind: 'error-reply', text }, 'INCR')],
      });
      expect([seen, connects]).toEqual([answer, 1]);
    },
  );

  test('18: a retryStrategy that gives no number ends the client', async () => {
    const seen = await outcome({
      client: 'single-shot',
      worker: ({ redis }) => redis.incr('c'),
      deviations: [fault('reset-before-send', 'INCR')],
    });
    expect(seen).toBe('rejected: Connection is closed.');
  });

  test('a retryStrategy that gives no number is enough to run nothing twice', async () => {
    const seen = await outcome({
      client: { retryStrategy: () => null },
      worker: ({ redis }) => redis.incr('c'),
      deviations: [fault('reset-after-apply', 'INCR')],
    });
    expect([seen, await stored('c')]).toEqual(['rejected: Connection is closed.', '1']);
  });

  test('LPOP, reply lost: the caller gets the second job, the first one is gone', async () => {
    const seen = await outcome({
      setup: ({ redis }) => redis.rpush('jobs', 'first', 'second'),
      worker: ({ redis }) => redis.lpop('jobs'),
      deviations: [fault('reset-after-apply', 'LPOP')],
    });
    expect([seen, await environment.inspector.lrange('jobs', 0, -1)]).toEqual(['second', []]);
  });

  test('MULTI, INCR, EXEC, only the reply of EXEC lost: rejected although it ran, and not sent again', async () => {
    const seen = await outcome({
      worker: ({ redis }) => redis.multi().incr('c').exec(),
      deviations: [fault('reset-after-apply', 'EXEC')],
    });
    expect([seen, await stored('c')]).toEqual(['rejected: Command aborted due to connection close', '1']);
  });

  test('a timeout that fires before the command leaves does not take it back', async () => {
    const client: RedisOptions = { commandTimeout: 30 };
    expect(await outcome({ client, worker: ({ redis }) => redis.incr('c'), deviations: [timer] })).toBe(
      'rejected: Command timed out',
    );
    expect(await stored('c')).toBe('1');
  });

  test('part of a reply, then the connection closes: runs twice, as with a reset', async () => {
    const deviations = [fault('truncated-reply', 'INCR')];
    expect(await outcome({ worker: ({ redis }) => redis.incr('c'), deviations })).toBe(2);
    const single: ClientProfile = 'single-shot';
    const seen = await outcome({ client: single, worker: ({ redis }) => redis.incr('c'), deviations });
    expect(seen).toBe('rejected: Connection is closed.');
    expect(await stored('c')).toBe('1');
  });

  test('refused reconnects: three error events as a real socket shows them, then it goes on', async () => {
    const errors: unknown[] = [];
    const body: WorkerBody = ({ redis }) => {
      redis.on('error', ({ code, syscall, errno }: NodeJS.ErrnoException) =>
        errors.push([code, syscall, errno]),
      );
      return redis.incr('c');
    };
    const deviations = [fault('reset-before-send', 'INCR'), fault('refuse-connect')];
    expect(await outcome({ worker: body, deviations })).toBe(1);
    const { ECONNRESET, ECONNREFUSED } = constants.errno;
    expect(errors).toEqual([
      ['ECONNRESET', 'read', -ECONNRESET],
      ['ECONNREFUSED', 'connect', -ECONNREFUSED],
      ['ECONNREFUSED', 'connect', -ECONNREFUSED],
      ['ECONNREFUSED', 'connect', -ECONNREFUSED],
    ]);
  });

  test('a crashed worker sends nothing more, and the others go on', async () => {
    const body: WorkerBody = async ({ redis, id }) => {
      await redis.set(`first:${id}`, 1);
      await redis.set(`second:${id}`, 1);
    };
    await play({ workers: [body, body], deviations: [fault('worker-crash', 'SET')] });
    expect((await environment.inspector.keys('*')).toSorted()).toEqual(['first:2', 'second:2']);
  });
});
