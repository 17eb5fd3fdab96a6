import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { atMostOnce, noLostUpdate, recovers } from '../../check/invariants.js';
import { mutualExclusion } from '../../check/locks/mutual-exclusion.js';
import { invariant, type Invariant } from '../../check/invariant.js';
import { noKeyLeft, noStuckKey } from '../../check/key-invariants.js';
import { Environment } from '../../execution/host/environment.js';
import type { Verdict } from '../../record/verdict.js';
import { scenario } from '../../scenario/scenario.js';
import { sometimes } from '../../scenario/sometimes.js';
import type { ScenarioOptions, WorkerBody } from '../../scenario/types.js';
import { sharedServer } from '../../server/index.js';
import { explore } from '../explore.js';
import type { ExploreOptions } from '../options.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

function explored(
  workers: ScenarioOptions['workers'],
  more: Partial<ScenarioOptions> = {},
  options: ExploreOptions = {},
): Promise<Verdict> {
  const cast = scenario({ name: 'pass', invariants: [], workers, ...more });
  return explore(cast, { session: environment, runs: 500, ...options });
}

const incr: WorkerBody = ({ redis, operation }) => operation('increment', () => redis.incr('stock'));

/** Lets one worker in after the other, in this process. */
function serialised(body: WorkerBody): WorkerBody {
  let last: Promise<unknown> = Promise.resolve();
  let entered = 0;
  return async (context) => {
    // As new in each execution: the first to come is the first worker.
    if (entered++ % 2 === 0) last = Promise.resolve();
    const turn = last.then(() => body(context));
    last = turn;
    await turn;
  };
}

describe('a pass', () => {
  test('should say what raced, under every strategy', async () => {
    for (const strategy of ['auto', 'exhaustive', 'systematic', 'random'] as const) {
      const verdict = await explored(incr, { workerCount: 3 }, { strategy, runs: 20 });
      expect(verdict).toMatchObject({
        kind: 'holds',
        raced: { commands: { least: 3, most: 3 }, contested: ['stock'] },
      });
      expect(verdict.message).toContain('nothing wrong; 3 workers, 3 commands, contested: stock');
    }
  });

  test('should name keys, channels and what touches everything', async () => {
    const { raced, message } = await explored([
      async ({ redis }) => {
        await redis.set('a', 1);
        await redis.publish('news', 'x');
        if ((await redis.get('a')) === '2') await redis.select(3);
        await redis.set('b', 1);
      },
      async ({ redis }) => {
        await redis.set('a', 2);
        await redis.publish('news', 'y');
        await redis.set('own', 1);
        await redis.dbsize();
      },
    ]);
    expect(raced).toEqual({
      commands: { least: 8, most: 9 },
      contested: ['a', 'channel news', 'everything (DBSIZE)'],
    });
    expect(message).toContain('2 workers, 8 to 9 commands, contested: a, channel news, everything (DBSIZE)');
  });

  test.each<[string, ScenarioOptions['workers'], string]>([
    ['nobody sends anything', async () => {}, 'no worker sent a command to the Redis of the lab'],
    [
      'everybody has keys of his own',
      ({ redis, id }) => redis.incr(`k:${id}`),
      'no two steps that touch the same',
    ],
    ['everybody only reads', ({ redis }) => redis.get('k'), 'no two steps that touch the same'],
    ['they let one another in by a variable', serialised(incr), 'no two steps that touch the same'],
    [
      'one comes after the other',
      serialised(async ({ redis }) => redis.set('k', Number(await redis.get('k')) + 1)),
      'no two steps that touch the same',
    ],
    ['there is one worker', [incr], 'one worker alone, without a fault'],
  ])('should be none where %s', async (_what, workers, why) => {
    for (const strategy of ['auto', 'exhaustive', 'systematic', 'rotate'] as const) {
      const options = { strategy, runs: 20 };
      const { kind, message } = await explored(workers, {}, options);
      expect(message).toContain('nothing raced: ');
      expect(message).toContain(why);
      expect(kind).toBe('incomplete');
      expect((await explored(workers, { mayNotRace: true }, options)).kind).toBe('holds');
    }
  });

  test.each<[string, ScenarioOptions['workers'], Partial<ScenarioOptions>]>([
    ['a fault may strike', [incr], { faults: { kinds: ['reset-before-send'] } }],
    [
      'a worker has a timer and something under way',
      [async ({ redis, sleep }) => void (await Promise.race([redis.get('k'), sleep(100)]))],
      {},
    ],
    [
      'a worker has two connections',
      [async ({ redis, connect }) => void (await Promise.all([redis.set('k', 1), connect().set('k', 2)]))],
      {},
    ],
    ['they have interleaving points of their own', ({ step }) => step('here'), {}],
    [
      'a key expires while somebody waits',
      [
        async ({ redis, sleep }) => {
          await redis.set('k', 1, 'PX', 100);
          await sleep(500);
        },
        async ({ redis, sleep }) => {
          await sleep(50);
          await redis.get('k');
        },
      ],
      {},
    ],
  ])('should be one where %s', async (_what, workers, more) => {
    expect((await explored(workers, more)).kind).toBe('holds');
  });

  const lock: WorkerBody = async ({ redis, critical }) => {
    if ((await redis.set('lock:1', 'me', 'PX', 5000, 'NX')) === null) return;
    await critical('inside', async () => redis.incr('stock'));
    await redis.del('lock:1');
  };

  test.each<[Invariant, string]>([
    [mutualExclusion(), 'nobody entered a "critical section" with critical()'],
    [mutualExclusion('insid'), 'nobody entered a "insid" with critical()'],
    [noStuckKey('lokc:*'), 'no key was like lokc:*, and no command named one'],
    [noKeyLeft('lokc:?'), 'no key was like lokc:?, and no command named one'],
    [
      noLostUpdate({ key: 'stok' }),
      'no command named stok, where operations called "increment" are to count',
    ],
    [atMostOnce({ key: 'stok', operation: 'sell' }), 'no command named stok'],
    [recovers(), 'no operation began after a fault was over'],
    [invariant('own', () => ({ nothing: 'no order was placed' })), 'no order was placed'],
  ])('should be none where an invariant has nothing to look at: %o', async (one, what) => {
    const { kind, message, complete } = await explored(lock, { invariants: [one] });
    expect(kind).toBe('incomplete');
    expect(complete).toBe(true);
    expect(message).toContain(
      `nothing wrong, but "${one.id}" had nothing to look at in any execution: ${what}`,
    );
  });

  test.each<[Invariant]>([
    [mutualExclusion('inside')],
    [noStuckKey('lock:*')],
    [noKeyLeft('lock:*')],
    [noLostUpdate({ key: 'stock', operation: 'inside' })],
    [atMostOnce({ key: 'stock', operation: 'inside' })],
    [
      invariant('own', ({ history }) =>
        history.count('inside', 'ok') > 1 ? undefined : { nothing: 'one entered' },
      ),
    ],
  ])('should be one where it has, in some execution: %o', async (one) => {
    expect(await explored(lock, { invariants: [one] })).toMatchObject({ kind: 'holds' });
  });

  test('should be none where keys were named inside of no script either', async () => {
    const script = "redis.call('set', 'lock:' .. ARGV[1], 'x'); return redis.call('del', 'lock:' .. ARGV[1])";
    const workers: WorkerBody = ({ redis }) => redis.eval(script, 1, 'k', '1');
    expect((await explored(workers, { invariants: [noKeyLeft('lock:*')] })).kind).toBe('holds');
    expect((await explored(workers, { invariants: [noKeyLeft('lokc:*')] })).kind).toBe('incomplete');
  });
});

describe('a state that is meant to be reached', () => {
  const taken: WorkerBody = async ({ redis }) => {
    const free = (await redis.set('lock', 'me', 'NX')) !== null;
    sometimes('the lock is taken', !free);
    sometimes('the lock is free', free);
    sometimes('there is no lock', (await redis.exists('lock')) === 0);
  };

  test('should be named by a pass where no execution reached it', async () => {
    const { kind, unreached, message } = await explored(taken);
    expect(kind).toBe('holds');
    expect(unreached).toEqual(['there is no lock']);
    expect(message).toMatch(
      /contested: lock; no invariant but the built-in ones; never reached: "there is no lock"$/,
    );
  });

  test('should make it none where the scenario says so, also where nobody asked', async () => {
    for (const name of ['there is no lock', 'the lokc is taken']) {
      const mustReach = ['the lock is taken', name];
      const { kind, unreached, message } = await explored(taken, { mustReach });
      expect(kind).toBe('incomplete');
      expect(unreached).toContain(name);
      expect(message).toContain(`nothing wrong, but never reached: "${name}"`);
    }
    expect((await explored(taken, { mustReach: ['the lock is taken'] })).kind).toBe('holds');
  });

  test('may be looked for in an invariant, and is refused where nothing runs', async () => {
    const invariants = [
      invariant('own', async ({ redis }) => sometimes('two', (await redis.get('stock')) === '2')),
    ];
    expect((await explored(incr, { invariants, mustReach: ['two'] })).kind).toBe('holds');
    expect(() => sometimes('x', true)).toThrow('sometimes("x", …) was called outside of an execution');
    expect(() => sometimes('x', Promise.resolve(true) as never)).toThrow(
      'sometimes("x", …) takes true or false, not a promise',
    );
    expect(() => scenario({ name: 's', workers: taken, invariants: [], mustReach: 'x' as never })).toThrow(
      '"mustReach" is a list of names of sometimes()',
    );
  });
});
