import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { invariant } from '../../check/invariant.js';
import { EPOCH_MS } from '../../clock/virtual-time.js';
import { Environment } from '../../execution/host/environment.js';
import { scenario } from '../../scenario/scenario.js';
import type { Scenario, WorkerBody, WorkerContext } from '../../scenario/types.js';
import { sharedServer } from '../../server/index.js';
import { drivePredictedChoosers } from '../testing/predicted-choosers.js';
import { drivePredicted } from '../testing/predicted.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

const APPENDS = `local v = redis.call('GET', KEYS[1])
  if v then return redis.call('APPEND', KEYS[1], ARGV[1]) end
  return redis.call('SET', KEYS[1], ARGV[1])`;

/** It writes what is there already, or does not write at all. */
const TOUCHES = `if redis.call('EXISTS', KEYS[2]) == 1 and redis.call('EXISTS', KEYS[1]) == 1 then
  redis.call('SET', KEYS[1], redis.call('GET', KEYS[1])) end`;

/** What a generated worker may do; each comes to something that it hears. */
const ACTIONS: Record<string, (context: WorkerContext, key: string) => unknown> = {
  get: ({ redis }, key) => redis.get(key),
  incr: ({ redis }, key) => redis.incr(key),
  set: ({ redis, id }, key) => redis.set(key, id),
  setnx: ({ redis, id }, key) => redis.set(key, id, 'NX'),
  lease: ({ redis, id }, key) => redis.set(key, id, 'PX', 60),
  expire: ({ redis }, key) => redis.pexpire(key, 40),
  ttl: ({ redis }, key) => redis.pttl(key),
  del: ({ redis }, key) => redis.del(key),
  sleep: ({ sleep }) => sleep(50),
  step: ({ step }) => step('here'),
  multi: ({ redis }, key) => redis.multi().incr('m').get(key).exec(),
  script: ({ redis, id }, key) => redis.eval(APPENDS, 1, key, id),
  hash: ({ redis }, key) => redis.hincrby('h', key, 1),
  operation: ({ redis, operation }) => operation('op', () => redis.incr('p')),
  watch: async ({ redis, id }, key) => {
    await redis.watch(key);
    const value = await redis.get(key);
    return await redis.multi().set(key, `${value}${id}`).exec();
  },
  same: async ({ redis, operation }, key) => {
    const log: unknown[] = [];
    await operation('op', async () => {
      await redis.watch(key);
      log.push(await redis.multi().set(key, 'same').exec());
      return log;
    });
    return log.length;
  },
  grows: async ({ redis, operation }, key) => {
    const log = await operation('op', async () => [await redis.get(key)]);
    log.push(await redis.get(key));
    return log;
  },
  touches: ({ redis }, key) => redis.eval(TOUCHES, 2, key, 'm'),
  moment: ({ redis, id }, key) =>
    redis
      .multi()
      .set(key, id, 'PXAT', EPOCH_MS + 60)
      .pttl(key)
      .exec(),
  now: ({ redis }, key) => redis.set(key, Date.now() - EPOCH_MS),
  /** Two connections: which answer is heard first is up to chance. */
  both: ({ redis, connect }, key) => Promise.all([redis.incr(key), connect().incr('b')]),
  list: async ({ redis, id }) => [await redis.rpush('l', id), await redis.lpop('l')],
};
const PROBES: Record<string, Scenario['invariants']> = {
  store: [invariant('store', async ({ redis }) => void (await redis.mget('a', 'b', 'heard1')))],
  count: [invariant('count', ({ history }) => void history.count('op', 'ok'))],
  overlap: [invariant('overlap', ({ history }) => void history.overlap('op'))],
  nothing: [],
};

interface Action {
  readonly what: string;
  readonly key: string;
}

const action = fc.record({ what: fc.constantFrom(...Object.keys(ACTIONS)), key: fc.constantFrom('a', 'b') });
const program = fc.record({
  workers: fc.array(fc.array(action, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 3 }),
  kinds: fc.subarray(
    [
      'reset-before-send',
      'reset-after-apply',
      'truncated-reply',
      'garbage-reply',
      'corrupt-integer',
      'sliced-reply',
      'duplicated-reply',
      'error-reply',
      'late-reply',
      'zombie-request',
      'black-hole-request',
      'black-hole-reply',
      'half-open',
      'connection-drop',
      'refuse-connect',
      'outage',
      'worker-crash',
      'worker-pause',
      'clock-skew',
    ] as const,
    { maxLength: 2 },
  ),
  budget: fc.integer({ min: 1, max: 2 }),
  impatient: fc.boolean(),
  setup: fc.boolean(),
  probe: fc.constantFrom(...Object.keys(PROBES)),
});

function worker(actions: readonly Action[]): WorkerBody {
  return async (context) => {
    const heard: unknown[] = [];
    for (const { what, key } of actions) {
      try {
        heard.push(await ACTIONS[what]!(context, key));
      } catch (error) {
        heard.push((error as Error).message);
      }
    }
    await context.redis.set(`heard${context.id}`, JSON.stringify(heard));
  };
}

/** Executions of one program at most; and those that choosers decide about. */
const [EXECUTIONS_MAX, CHOSEN_MAX] = [300, 60];

test('Predictions should be what executions come to, in programs of all kinds', async () => {
  let checked = 0;
  const property = fc.asyncProperty(program, async ({ workers, kinds, budget, impatient, setup, probe }) => {
    const cast = scenario({
      name: 'generated',
      ...(setup ? { setup: ({ redis }) => redis.set('a', 5) } : {}),
      workers: workers.map(worker),
      invariants: PROBES[probe]!,
      faults: { kinds, budget: kinds.length === 0 ? 0 : budget },
      ...(impatient ? { client: { commandTimeout: 30 } } : {}),
      workersMayFail: true,
    });
    const limits = { fault: cast.faults.budget, delay: 1 };
    const found = await drivePredicted(environment, cast, limits, true, EXECUTIONS_MAX);
    expect(found.differences).toEqual([]);
    checked += found.checked;
    for (const strategy of ['systematic', 'rotate'] as const) {
      const chosen = await drivePredictedChoosers(environment, cast, strategy, CHOSEN_MAX);
      expect(chosen.differences).toEqual([]);
      checked += chosen.checked;
    }
  });
  await fc.assert(property, { numRuns: 50, seed: 7, endOnFailure: true });
  expect(checked).toBeGreaterThan(500);
});
