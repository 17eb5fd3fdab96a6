import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { InvariantContext } from '../../../check/invariant.js';
import { EPOCH_MS } from '../../../clock/virtual-time.js';
import { Environment } from '../../../execution/host/environment.js';
import type { ScenarioOptions } from '../../../scenario/types.js';
import { sharedServer } from '../../../server/index.js';
import { Answers, StoredAnswers } from '../judge/stored-answers.js';
import { everyOutcome, type EveryOutcome } from '../../testing/every-outcome.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

type Parts = Omit<ScenarioOptions, 'name' | 'invariants'>;

/** What operations came to, and what is there at the end. */
async function told({ redis, history }: InvariantContext): Promise<string> {
  const values = history.operations.map(({ worker, value }) => `${worker}:${JSON.stringify(value)}`);
  return `${values.sort().join(' ')} ${await redis.get('done')} ${await redis.pttl('lease')}`;
}

/** It writes what is there already, or does not write at all. */
const TOUCHES = `if redis.call('GET', KEYS[2]) == '1' then redis.call('SET', KEYS[1], redis.call('GET', KEYS[1])) end`;
const AT_MS = EPOCH_MS + 1000;

const TRANSACTIONS: readonly (readonly [what: string, parts: Parts])[] = [
  [
    'a script that writes a watched key as it is, or not',
    {
      setup: ({ redis }) => redis.mset('k', '1', 'f', '0'),
      workers: [
        async ({ redis, operation }) => {
          await operation('sells', async () => {
            await redis.watch('k');
            return (await redis.multi().incr('done').exec()) !== null;
          });
        },
        ({ redis }) => redis.eval(TOUCHES, 2, 'k', 'f'),
        ({ redis }) => redis.set('f', '1'),
      ],
    },
  ],
  [
    'transactions that write the same value to what each watches',
    {
      workers: async ({ redis, operation }) => {
        await operation('marks', async () => {
          await redis.watch('done');
          return (await redis.multi().set('done', 'yes').exec()) !== null;
        });
      },
      workerCount: 3,
    },
  ],
  [
    'transactions that give a moment at which a key expires',
    {
      workers: [
        ({ redis }) => redis.multi().set('lease', 'w1', 'PXAT', AT_MS).exec(),
        async ({ redis, sleep, operation }) => {
          await redis.get('lease');
          await sleep(500);
          await operation('asks', () => redis.pttl('lease'));
        },
      ],
    },
  ],
  [
    'transactions that give a moment in seconds to a key that is there',
    {
      setup: ({ redis }) => redis.set('lease', 'w0'),
      workers: [
        ({ redis }) =>
          redis
            .multi()
            .getex('lease', 'EXAT', AT_MS / 1000)
            .exec(),
        async ({ redis, sleep, operation }) => {
          await redis.get('lease');
          await sleep(500);
          await operation('asks', () => redis.pttl('lease'));
        },
      ],
    },
  ],
];

describe('What comes of commands', () => {
  test.each(TRANSACTIONS)('should be known of %s', async (_, parts) => {
    const found = await everyOutcome(environment, parts, told);
    expect(found.missed).toEqual([]);
    expect(found.outcomes).toBeGreaterThan(1);
  });
});

describe('What an invariant asks', () => {
  /** Keys that are gone when their time has come, whether or not the server has removed them. */
  const leases: Parts = {
    workers: async ({ redis, id, sleep }) => {
      await redis.set(`lease${id}`, 'v', 'PX', 20);
      await redis.incr('a');
      await sleep(50);
    },
    workerCount: 2,
  };
  const members: Parts = {
    workers: async ({ redis, id }) => {
      await redis.sadd('members', `m${id}`, `n${id}`);
      await redis.set(`key${id}`, id);
      await redis.incr('a');
    },
    workerCount: 3,
  };

  const ask = (parts: Parts, name: string, ...args: string[]): Promise<EveryOutcome> =>
    everyOutcome(environment, parts, async ({ redis }) => JSON.stringify(await redis.call(name, ...args)));

  test.each([
    ['DBSIZE', leases, []],
    ['KEYS', leases, ['lease*']],
    ['KEYS', members, ['*']],
    ['SMEMBERS', members, ['members']],
  ])('should be known, or asked in an execution that is run: %s', async (name, parts, args) => {
    const found = await ask(parts, name, ...args);
    expect(found.missed).toEqual([]);
  });

  test.each(['DBSIZE', 'RANDOMKEY', 'SCAN', 'OBJECT', 'INFO'])(
    'should be asked in an execution that is run where more than keys decides it: %s',
    (name) => {
      const answers = new Answers(new Map(), new StoredAnswers(), true);
      const command = { name, args: [], promise: Promise.resolve(), resolve: () => {}, reject: () => {} };
      expect(() => answers.answer(name, command, false)).toThrow('more than a look');
      expect(answers.unfit).toBe(true);
    },
  );
});
