import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Environment } from '../../execution/host/environment.js';
import { explore } from '../../explore/explore.js';
import type { Verdict } from '../../record/verdict.js';
import { scenario } from '../../scenario/scenario.js';
import { shared } from '../../scenario/shared.js';
import type { ScenarioOptions, WorkerBody } from '../../scenario/types.js';
import { sharedServer } from '../../server/index.js';
import type { Invariant } from '../invariant.js';
import { ttlWithin, type TtlOptions } from '../key-invariants.js';
import { admissionLimit, type AdmissionOptions } from './admission.js';
import { errorsContained } from './errors-contained.js';
import { firstInFirstOut } from './first-in-first-out.js';
import { settlesWithin } from './settles-within.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

function explored(
  one: Invariant,
  workers: ScenarioOptions['workers'],
  more: Partial<ScenarioOptions> = {},
): Promise<Verdict> {
  const cast = scenario({ name: 'operations', workers, invariants: [one], mayNotRace: true, ...more });
  return explore(cast, { session: environment, strategy: 'exhaustive' });
}

describe('admissionLimit', () => {
  const limit = (window: AdmissionOptions['window'], count = 2): Invariant =>
    admissionLimit({ limit: count, windowMs: 100, window });
  /** Is admitted, without asking anybody, after so many ms each. */
  const at =
    (...timesMs: readonly number[]): WorkerBody =>
    async ({ redis, sleep, operation }) => {
      let nowMs = 0;
      for (const timeMs of timesMs) {
        if (timeMs > nowMs) await sleep(timeMs - nowMs);
        nowMs = timeMs;
        await operation('hit', () => redis.incr('hits'));
      }
    };

  test.each<[string, AdmissionOptions['window'], number[], 'breaks' | 'holds']>([
    ['three in a sliding window', 'sliding', [0, 60, 99], 'breaks'],
    ['the third one when the first is out of it', 'sliding', [0, 60, 100], 'holds'],
    ['two at each side of the edge of a fixed window', 'fixed', [0, 99, 101, 150], 'holds'],
    ['three in the second fixed window', 'fixed', [0, 99, 101, 150, 180], 'breaks'],
    ['one that may belong to either window', 'fixed', [0, 50, 100, 190], 'holds'],
    ['a full bucket, and one for each half of the time', 'bucket', [0, 0, 50, 100], 'holds'],
    ['one more than has been filled in', 'bucket', [0, 0, 50, 99], 'breaks'],
  ])('%s', async (_what, window, timesMs, kind) => {
    expect(await explored(limit(window), at(...timesMs), { workerCount: 1 })).toMatchObject({ kind });
  });

  test('should break where two look before they count, and hold where the server counts', async () => {
    const looks: WorkerBody = ({ redis, operation }) =>
      operation('hit', async () => Number(await redis.get('hits')) < 1 && (await redis.incr('hits')) > 0);
    const counts: WorkerBody = ({ redis, operation }) =>
      operation('hit', async () => (await redis.incr('hits')) <= 1);
    expect(await explored(limit('sliding', 1), looks)).toMatchObject({
      kind: 'breaks',
      invariant: 'admission limit',
      record: { verdict: { expected: 'at most 1 in 100 ms admitted', observed: '2 from 0 to 0 ms' } },
    });
    expect(await explored(limit('sliding', 1), counts)).toMatchObject({ kind: 'holds', complete: true });
  });

  test('should not count what nobody can tell the window of', async () => {
    const slow: WorkerBody = ({ redis, sleep, operation }) =>
      operation('hit', async () => {
        await sleep(150);
        return redis.incr('hits');
      });
    expect(await explored(limit('sliding', 1), slow)).toMatchObject({ kind: 'holds' });
  });
});

describe('firstInFirstOut', () => {
  const puts: WorkerBody = async ({ redis, operation }) => {
    for (const job of ['a', 'b']) {
      await operation('put', async () => {
        await redis.rpush('jobs', job);
        return job;
      });
    }
  };
  const takes =
    (pop: 'lpop' | 'rpop'): WorkerBody =>
    async ({ redis, operation }) => {
      for (let nth = 0; nth < 2; nth++) await operation('take', () => redis[pop]('jobs'));
    };

  test('should break with a stack, and hold with a queue', async () => {
    expect(await explored(firstInFirstOut(), [puts, takes('rpop')])).toMatchObject({
      kind: 'breaks',
      invariant: 'first in first out',
      record: { verdict: { observed: "'b' came out before 'a'" } },
    });
    expect(await explored(firstInFirstOut(), [puts, takes('lpop')])).toMatchObject({
      kind: 'holds',
      complete: true,
    });
  });

  test('should say nothing of two that were put in, or taken out, at the same time', async () => {
    const putsOne: WorkerBody = ({ redis, name, operation }) =>
      operation('put', async () => {
        await redis.lpush('jobs', name);
        return name;
      });
    const takesOne: WorkerBody = ({ redis, operation }) => operation('take', () => redis.rpop('jobs'));
    expect(await explored(firstInFirstOut(), [putsOne, putsOne, takesOne])).toMatchObject({ kind: 'holds' });
    expect(await explored(firstInFirstOut(), [puts, takesOne, takesOne])).toMatchObject({ kind: 'holds' });
  });
});

describe('errorsContained', () => {
  const FAULTS: Partial<ScenarioOptions> = {
    client: 'single-shot',
    workersMayFail: true,
    faults: { kinds: ['reset-before-send'] },
  };
  const down = shared('down', false);
  const reads: WorkerBody = ({ redis, operation }) => operation('read', () => redis.get('page'));
  const gaveUp: WorkerBody = ({ redis, operation }) =>
    operation('read', async () => {
      if (await down.read()) throw new Error('Redis is down');
      await redis.get('page').catch(async (error: unknown) => {
        await down.write(true);
        throw error;
      });
    });

  test('should hold where only the operation fails whose command was lost', async () => {
    expect(await explored(errorsContained(), reads, FAULTS)).toMatchObject({ kind: 'holds', complete: true });
  });

  test('should break where one lost connection fails everybody', async () => {
    const verdict = await explored(errorsContained({ operation: 'read' }), gaveUp, FAULTS);
    expect(verdict).toMatchObject({ kind: 'breaks', invariant: 'errors contained' });
    expect(verdict.message).toContain('it failed with Error: Redis is down');
  });
});

describe('settlesWithin', () => {
  const reads: WorkerBody = ({ redis, operation }) => operation('read', () => redis.get('page'));
  const RESET: Partial<ScenarioOptions> = { workerCount: 1, faults: { kinds: ['reset-before-send'] } };

  test('should break where an operation waits for a reconnect for too long', async () => {
    expect(await explored(settlesWithin({ ms: 10 }), reads, RESET)).toMatchObject({
      kind: 'breaks',
      invariant: 'settles in time',
      record: { verdict: { expected: '"read" of w1 ends within 10 ms', observed: 'it ended after 50 ms' } },
    });
    expect(await explored(settlesWithin({ ms: 50 }), reads, RESET)).toMatchObject({ kind: 'holds' });
  });

  test('should not count what a crash has cut short', async () => {
    const waits: WorkerBody = ({ redis, sleep, operation }) =>
      operation('read', async () => {
        await sleep(5);
        await redis.get('page');
      });
    const crash: Partial<ScenarioOptions> = { faults: { kinds: ['worker-crash'] } };
    const later: WorkerBody = ({ sleep }) => sleep(100);
    expect(await explored(settlesWithin({ ms: 5, operation: 'read' }), [waits, later], crash)).toMatchObject({
      kind: 'breaks',
    });
    expect(await explored(settlesWithin({ ms: 100 }), [waits, later], crash)).toMatchObject({
      kind: 'holds',
    });
  });
});

describe('ttlWithin', () => {
  const bounds = ttlWithin({ keys: 'lock:*', minMs: 500, maxMs: 1000 });
  const sets =
    (...how: readonly (string | number)[]): WorkerBody =>
    ({ redis }) =>
      redis.call('SET', 'lock:1', 'me', ...how);

  test.each<[(string | number)[], string]>([
    [['EX', 1000], 'lock:1 lives for another 1000000 ms'],
    [['PX', 499], 'lock:1 lives for another 499 ms'],
    [[], 'lock:1 has no deadline'],
  ])('should break with SET %j', async (how, observed) => {
    expect(await explored(bounds, sets(...how))).toMatchObject({
      kind: 'breaks',
      invariant: 'TTL within bounds',
      record: { verdict: { expected: 'lock:1 lives for another 500 to 1000 ms', observed } },
    });
  });

  test('should hold with PX', async () => {
    expect(await explored(bounds, sets('PX', 1000))).toMatchObject({ kind: 'holds', complete: true });
  });
});

test.each<[Invariant, string]>([
  [admissionLimit({ limit: 1, windowMs: 1, window: 'fixed' }), 'nobody ran an operation called "hit"'],
  [firstInFirstOut(), 'nobody ran an operation called "put" to its end'],
  [errorsContained(), 'no fault struck'],
  [settlesWithin({ ms: 1, operation: 'read' }), 'nobody ran an operation called "read"'],
  [ttlWithin({ keys: 'lock:*', maxMs: 1 }), 'no key like lock:* was left to have a deadline'],
])('%o should say what it had to look at, and did not', async (one, missing) => {
  const verdict = await explored(one, ({ redis }) => redis.incr('c'));
  expect(verdict).toMatchObject({ kind: 'incomplete' });
  expect(verdict.message).toContain(missing);
});

test.each<[() => Invariant, string]>([
  [() => admissionLimit({ limit: 1, windowMs: 1, window: 'rolling' as 'fixed' }), 'fixed, sliding, bucket'],
  [() => admissionLimit({ limit: -1, windowMs: 1, window: 'fixed' }), '"limit" is a whole number'],
  [() => firstInFirstOut({ put: '' }), '"put" is a text that is not empty'],
  [() => errorsContained({ operation: '' }), '"operation" is a text that is not empty'],
  [() => settlesWithin({ ms: 0 }), '"ms" is a time in ms, more than 0'],
  [() => ttlWithin({ keys: 'a', maxMs: 1, minMs: 2 }), '"minMs" is 2, more than "maxMs", which is 1'],
  [() => ttlWithin({ keys: 'a' } as TtlOptions), '"maxMs" is a time in ms'],
])('should refuse what makes no sense: %s', (make, message) => {
  expect(make).toThrow(message);
});
