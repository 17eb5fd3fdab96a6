import * as fc from 'fast-check';
import { EPOCH_MS } from '../../clock/virtual-time.js';
import type { FaultKind } from '../../faults/catalogue.js';
import { scenario } from '../../scenario/scenario.js';
import type { Scenario, WorkerBody, WorkerContext } from '../../scenario/types.js';
import { LOCAL_FAULTS } from '../prediction/domain.js';

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

interface Action {
  readonly what: string;
  readonly key: string;
}

/** All that can be predicted; one that ends a connection in an orderly way does to a worker what one that resets it does. */
const KINDS = [...LOCAL_FAULTS].filter((kind) => !kind.startsWith('close-'));

/** Workers that do things of all kinds, with faults. */
export interface VariousProgram {
  readonly workers: readonly (readonly Action[])[];
  readonly kinds: readonly FaultKind[];
  readonly budget: number;
  /** Clients have a timeout. */
  readonly impatient: boolean;
  readonly setup: boolean;
}

const action = fc.record({ what: fc.constantFrom(...Object.keys(ACTIONS)), key: fc.constantFrom('a', 'b') });

/** How large a program may be. */
export interface ProgramLimits {
  readonly workers: number;
  /** Actions of one worker. */
  readonly actions: number;
  /** Kinds of faults, and faults in one execution. */
  readonly kinds: number;
  readonly budget: number;
}

export function variousPrograms({
  workers,
  actions,
  kinds,
  budget,
}: ProgramLimits): fc.Arbitrary<VariousProgram> {
  return fc.record({
    workers: fc.array(fc.array(action, { minLength: 1, maxLength: actions }), {
      minLength: 2,
      maxLength: workers,
    }),
    kinds: fc.subarray(KINDS, { maxLength: kinds }),
    budget: fc.integer({ min: 1, max: budget }),
    impatient: fc.boolean(),
    setup: fc.boolean(),
  });
}

/** Turns a program into a scenario: each worker writes in the end what it has heard. */
export function variousScenario(
  { workers, kinds, budget, impatient, setup }: VariousProgram,
  invariants: Scenario['invariants'],
): Scenario {
  return scenario({
    name: 'generated',
    ...(setup ? { setup: ({ redis }) => redis.set('a', 5) } : {}),
    workers: workers.map(worker),
    invariants,
    faults: { kinds, budget: kinds.length === 0 ? 0 : budget },
    ...(impatient ? { client: { commandTimeout: 30 } } : {}),
    workersMayFail: true,
  });
}

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
