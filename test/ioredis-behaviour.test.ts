/**
 * What ioredis 6 does when a connection breaks, one scenario a row, on the real server. These are facts to build on,
 * not wishes: when one of them changes with a new version, the labs' lessons change too.
 */
import { constants } from 'node:os';
import type { RedisOptions } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Environment } from '../harness/execution/environment.js';
import { execute, type ExecutionResult } from '../harness/execution/execution.js';
import type { Decision } from '../harness/execution/step.js';
import { scenario, type ClientProfile, type WorkerBody } from '../harness/scenario.js';
import { sharedServer } from '../harness/server/index.js';
import { FAULT_KINDS, type FaultKind } from '../harness/wire/fault.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

/** A deviation from the calm choice, taken at the first point where it is possible. */
type Deviation = (decision: Decision) => number | undefined;

/** Injects a fault at the first command with this name. */
function fault(kind: FaultKind, name: string): Deviation {
  return ({ faults }) => {
    const at = faults.findIndex(
      (one) => one.spec.kind === kind && (one.at.command?.[0] === name || one.at.kind === name),
    );
    return at < 0 ? undefined : -1 - at;
  };
}

/** Fires the next timer, even though a command could go on. */
const timer: Deviation = ({ moves }) => {
  const at = moves.findIndex(({ kind }) => kind === 'timer');
  return at < 0 ? undefined : at;
};

/** Lets this worker go on as soon as it can. */
function worker(number: number): Deviation {
  return ({ moves }) => {
    const at = moves.findIndex((move) => move.worker === number && move.kind !== 'timer');
    return at < 0 ? undefined : at;
  };
}

interface Row {
  readonly client?: ClientProfile;
  readonly clients?: 'own' | 'shared';
  readonly workers: WorkerBody[];
  readonly deviations: readonly Deviation[];
  readonly setup?: (redis: Environment['inspector']) => Promise<unknown>;
}

async function play({ client, clients, workers, deviations, setup }: Row): Promise<ExecutionResult> {
  const left = [...deviations];
  const cast = scenario({
    name: 'ioredis',
    workers,
    invariants: [],
    faults: { kinds: FAULT_KINDS, budget: 9 },
    workersMayFail: true,
    ...(client === undefined ? {} : { client }),
    ...(clients === undefined ? {} : { clients }),
    ...(setup === undefined ? {} : { setup: ({ redis }) => setup(redis) }),
  });
  const result = await execute(environment, cast, {
    seed: 1,
    chooser: {
      choose: (decision) => {
        const choice = left[0]?.(decision);
        if (choice === undefined) return 0;
        left.shift();
        return choice;
      },
    },
  });
  expect(left, 'every deviation took place').toEqual([]);
  return result;
}

/** Runs one worker and gives what it returned, or the message of what it threw. */
async function outcome(row: Omit<Row, 'workers'> & { readonly worker: WorkerBody }): Promise<unknown> {
  let seen: unknown = 'pending';
  const body: WorkerBody = async (context) => {
    try {
      seen = await row.worker(context);
    } catch (error) {
      seen = `rejected: ${(error as Error).message}`;
    }
  };
  await play({ ...row, workers: [body] });
  return seen;
}

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
      clients: 'shared',
      deviations: [(decision) => (isGet(decision) ? worker(2)(decision) : undefined)],
    });
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

  test('15: reconnectOnError -> 2 sends the command again on the new connection', async () => {
    let refused = 0;
    const client: RedisOptions = { reconnectOnError: () => ((refused += 1) === 1 ? 2 : false) };
    const push: WorkerBody = ({ redis }) => redis.lpush('k', 'v');
    const seen = await outcome({
      client,
      worker: push,
      setup: (redis) => redis.set('k', 'text'),
      deviations: [],
    });
    expect(seen).toMatch(/^rejected: WRONGTYPE/);
    expect(refused).toBe(2);
  });

  test('18: a retryStrategy that gives no number ends the client', async () => {
    const seen = await outcome({
      client: 'single-shot',
      worker: ({ redis }) => redis.incr('c'),
      deviations: [fault('reset-before-send', 'INCR')],
    });
    expect(seen).toBe('rejected: Connection is closed.');
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
    const deviations = [fault('reset-before-send', 'INCR'), fault('refuse-connect', 'connect')];
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
