import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lines, race, runChoices } from '../../test/support/executions.js';
import { invariant } from '../check/invariant.js';
import type { Scenario, WorkerBody } from '../scenario/types.js';
import { sharedServer } from '../server/index.js';
import { Environment } from './host/environment.js';
import type { ExecutionResult } from './execution.js';

let environment: Environment;
let stranger: Redis;
beforeAll(async () => {
  const server = await sharedServer();
  environment = await Environment.open(server);
  stranger = new Redis(server.endpoint);
});
afterAll(() => {
  stranger.disconnect();
  environment.close();
});

const body: WorkerBody = async ({ redis }) => {
  await redis.get('left');
  await redis.set('left', 'by a worker');
};

/** An execution with the clients of the one before it, after a stranger has left something in the store. */
async function second(cast: Scenario, choices: readonly number[] = []): Promise<ExecutionResult> {
  await runChoices(environment, cast, []);
  await stranger.set('left', 'by a stranger');
  return runChoices(environment, cast, choices);
}

describe('an execution begins with an empty store', () => {
  test('whichever worker comes first', async () => {
    const cast = race(body, { workerCount: 2 });
    expect(lines(await second(cast))[0]).toBe('w1 GET left -> null');
    expect(lines(await second(cast, [1]))[0]).toBe('w2 GET left -> null');
  });

  test('where the first command waits, or the first step is no command', async () => {
    const cast = race([({ redis }) => redis.blpop('left', 0), ({ redis }) => redis.rpush('left', 1)]);
    expect(lines(await second(cast)).slice(0, 2)).toEqual(['w1 BLPOP left 0', 'w2 RPUSH left 1 -> 1']);
    const late: WorkerBody = async ({ redis, sleep }) => {
      await sleep(1000);
      await redis.get('left');
    };
    expect(lines(await second(race(late, { workerCount: 1 })))[1]).toBe('w1 GET left -> null');
  });

  test('where the first thing that happens is a fault', async () => {
    const cast = race(body, { workerCount: 1, faults: { kinds: ['reset-before-send'] } });
    const steps = lines(await second(cast, [-1]));
    expect(steps).toContain('w1 GET left -> null');
  });

  test('for setup and invariants, also when no worker sends anything', async () => {
    const seen: unknown[] = [];
    const look = invariant('looks', async ({ redis }) => void seen.push(await redis.get('left')));
    const idle = race(async () => {}, { invariants: [look] });
    await second(idle);
    await second(
      race(async () => {}, { setup: async ({ redis }) => void seen.push(await redis.get('left')) }),
    );
    expect(seen).toEqual([null, null, null, null]);
  });

  test('where a worker may not empty it, and says so where the lab may not', async () => {
    await stranger.call('ACL', 'SETUSER', 'guest', 'on', 'nopass', '~*', '&*', '+@all', '-flushall');
    const cast = race(body, { workerCount: 1, client: { username: 'guest', password: 'any' } });
    expect(lines(await second(cast))).toEqual(['w1 GET left -> null', 'w1 SET left by a worker -> "OK"']);
    await stranger.call('ACL', 'SETUSER', 'default', '-flushall');
    try {
      await expect(runChoices(environment, race(body, { workerCount: 1 }))).rejects.toThrow(
        'the store could not be emptied: NOPERM',
      );
    } finally {
      await stranger.call('ACL', 'SETUSER', 'default', '+@all');
      await stranger.call('ACL', 'DELUSER', 'guest');
    }
  });
});
