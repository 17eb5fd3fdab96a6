import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { invariant } from '../../check/invariant.js';
import { Environment } from '../../execution/host/environment.js';
import { scenario } from '../../scenario/scenario.js';
import type { Scenario } from '../../scenario/types.js';
import { sharedServer } from '../../server/index.js';
import { explore } from '../explore.js';
import { liveScenario } from '../testing/live.js';
import { drivePredicted } from '../testing/predicted.js';
import { ORACLES } from '../testing/programs.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

const NONE = { fault: 0, delay: 0 };
/** Programs with more classes are for the long tests. */
const CLASSES_MAX = 40;

/** A counter with a lock that may run out, a transaction and a script; a worker may crash, or lose its connection. */
const mixed: Scenario = scenario({
  name: 'mixed',
  workers: [
    async ({ redis, sleep, operation }) => {
      if ((await redis.set('lock', 'w1', 'PX', 60, 'NX')) === null) return;
      await operation('work', () => sleep(50));
      await redis.eval("return redis.call('DEL', KEYS[1])", 1, 'lock');
    },
    async ({ redis }) => {
      await redis.watch('c');
      const seen = Number(await redis.get('lock').then((lock) => lock?.length ?? 0));
      await redis.multi().incrby('c', seen).exec();
    },
  ],
  faults: { kinds: ['worker-crash', 'reset-after-apply'] },
  invariants: [
    invariant('looks', async ({ redis, history }) => void [await redis.get('c'), history.count('work')]),
  ],
});

describe('Prediction', () => {
  test.each(ORACLES.filter(({ classes }) => classes < CLASSES_MAX))(
    'should be what an execution of $program.name comes to, and change no count',
    async ({ program, classes }) => {
      const cast = liveScenario(program);
      const checked = await drivePredicted(environment, cast, NONE, true);
      expect(checked).toMatchObject({
        maximal: classes,
        redundant: 0,
        run: classes,
        differences: [],
      });
      const used = await drivePredicted(environment, cast, NONE, false);
      expect(used).toMatchObject({
        maximal: classes,
        redundant: 0,
        differences: [],
      });
      expect(used.run + used.predicted).toBe(classes);
    },
  );

  test('should be right with leases, transactions, scripts, timers and faults', async () => {
    const found = await drivePredicted(environment, mixed, { fault: 1, delay: 1 }, true, 400);
    expect(found.differences).toEqual([]);
    expect(found.checked).toBeGreaterThan(10);
  });

  test('should save most executions, and say how many', async () => {
    const { program } = ORACLES.find(({ classes }) => classes === 576)!;
    const options = {
      session: environment,
      strategy: 'exhaustive',
      delays: 0,
    } as const;
    const verdict = await explore(liveScenario(program), {
      ...options,
      predict: true,
    });
    expect(verdict).toMatchObject({
      complete: true,
      executions: 576,
      redundant: 0,
    });
    const { run, predicted, checked } = verdict.prediction!;
    // Some were composed, and run again in the end.
    expect(run + predicted).toBeGreaterThanOrEqual(576);
    expect(run + predicted - checked).toBeLessThanOrEqual(576);
    expect(run).toBeLessThan(60);
    expect(checked).toBeGreaterThan(0);
  });

  test('should be judged as an execution would be, at a store and a history that nobody made', async () => {
    const cast = scenario({
      name: 'judged',
      setup: ({ redis }) => redis.mset('stock', 2, 'other', 'x'),
      workers: async ({ redis, operation }) => {
        await operation('buy', async () => {
          const left = Number(await redis.get('stock'));
          if (left < 1) return { sold: false };
          await redis.set('stock', left - 1);
          return { sold: true };
        });
      },
      workerCount: 3,
      // Every execution looks at another store, and at what was returned.
      invariants: [
        invariant('counted', async ({ redis, history }) => {
          const sold = history.operations.filter(({ value }) => (value as { sold: boolean }).sold).length;
          const [stock, other] = await redis.mget('stock', 'other');
          if (other === 'x' && Number(stock) >= 2 - sold) return undefined;
          return { expected: `at least ${2 - sold}`, observed: `${stock}` };
        }),
      ],
    });
    const checked = await drivePredicted(environment, cast, NONE, true);
    expect(checked).toMatchObject({ differences: [], found: false });
    expect(checked.checked).toBeGreaterThan(checked.run / 2);
  });

  test('should leave an invariant that asks in a pipeline to executions that are run, and the connection as it was', async () => {
    const cast = scenario({
      name: 'asks at once',
      workers: ({ redis, id }) => redis.incrby('c', id),
      workerCount: 3,
      invariants: [
        invariant('counted', async ({ redis }) => {
          const replies = await redis.pipeline().get('c').strlen('c').exec();
          const [[, c], [, length]] = replies as [[null, string], [null, number]];
          const alone = await redis.get('c');
          return c === '6' && length === 1 && alone === '6'
            ? undefined
            : { expected: '6, 1, 6', observed: `${c}, ${length}, ${alone}` };
        }),
      ],
    });
    const found = await drivePredicted(environment, cast, NONE, false);
    expect(found).toMatchObject({ differences: [], found: false, predicted: 0 });
  });

  test('should be run before anybody hears of it where something is wrong', async () => {
    const cast = scenario({
      name: 'lost',
      workers: async ({ redis }) => {
        const seen = Number(await redis.get('c'));
        await redis.set('c', seen + 1);
        await redis.incr('done');
      },
      workerCount: 3,
      invariants: [
        invariant('all there', async ({ redis }) => {
          // Wrong only where all three saw nothing, which is late in the search.
          const [c, done] = [Number(await redis.get('c')), Number(await redis.get('done'))];
          return c === 1 && done === 3 ? { expected: 'more than 1', observed: '1' } : undefined;
        }),
      ],
    });
    const verdict = await explore(cast, {
      session: environment,
      strategy: 'exhaustive',
      delays: 0,
      predict: true,
    });
    expect(verdict).toMatchObject({ kind: 'breaks', invariant: 'all there' });
    expect(verdict.record?.reproduced).toBeDefined();
  });

  test('should be left out where somebody says so', async () => {
    const cast = liveScenario(ORACLES.find(({ classes }) => classes === 34)!.program);
    const verdict = await explore(cast, {
      session: environment,
      strategy: 'exhaustive',
      predict: false,
    });
    expect(verdict.executions).toBe(34);
    expect(verdict.prediction).toBeUndefined();
  });
});

describe('What cannot be predicted', () => {
  test('should be an invariant that looks at nothing that the lab sees', async () => {
    let written = 0;
    const cast = scenario({
      name: 'past the lab',
      workers: async ({ id, redis }) => {
        await redis.get('c');
        written = id;
        await redis.set('c', 1);
      },
      workerCount: 3,
      invariants: [invariant('blind', () => void written)],
    });
    const found = await drivePredicted(environment, cast, NONE, false);
    expect(found.predicted).toBe(0);
    expect(found.ended).toBe('the invariant "blind" looks neither at the store nor at the history');
  });

  test('should be what the contents of keys do not decide', async () => {
    const cast = scenario({
      name: 'draws',
      setup: ({ redis }) => redis.sadd('s', 'a', 'b', 'c'),
      workers: async ({ redis }) => {
        await redis.srandmember('s');
        await redis.srem('s', 'a');
      },
      invariants: [],
    });
    const found = await drivePredicted(environment, cast, NONE, false);
    expect(found).toMatchObject({ predicted: 0, checked: 0 });
  });

  test('should be a script that touches a key that it does not declare', async () => {
    const cast = scenario({
      name: 'undeclared',
      workers: ({ redis }) => redis.eval("return redis.call('INCR', 'hidden')", 0),
      workerCount: 3,
      invariants: [],
    });
    const found = await drivePredicted(environment, cast, NONE, false);
    expect(found).toMatchObject({ predicted: 0, checked: 0 });
  });

  test.each([
    ['its clients use sockets', { transport: 'tcp' as const }],
    ['workers share a client', { sharedClient: true }],
    ['pipeline-cut may strike', { faults: { kinds: ['pipeline-cut'] as const } }],
  ])('should be a scenario where %s', async (why, options) => {
    const cast = scenario({
      name: 'out of reach',
      workers: ({ redis }) => redis.incr('c'),
      invariants: [],
      ...options,
    });
    expect(await drivePredicted(environment, cast, NONE, false)).toMatchObject({
      predicted: 0,
      ended: why,
    });
  });
});
