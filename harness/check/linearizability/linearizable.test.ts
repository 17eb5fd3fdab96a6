/** Histories of real executions, held against models. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Environment } from '../../execution/host/environment.js';
import { explore } from '../../explore/explore.js';
import type { Verdict } from '../../record/verdict.js';
import { scenario } from '../../scenario/scenario.js';
import type { ScenarioOptions, WorkerBody, WorkerContext } from '../../scenario/types.js';
import { sharedServer } from '../../server/index.js';
import { linearizable, sequentiallyConsistent } from './invariant.js';
import { leaseModel, mutexModel } from './models/locks.js';
import { counterModel, registerModel } from './models/registers.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

function explored(
  options: Partial<ScenarioOptions> & Pick<ScenarioOptions, 'workers' | 'invariants'>,
): Promise<Verdict> {
  return explore(scenario({ name: 'a history', ...options }), {
    session: environment,
    strategy: 'exhaustive',
  });
}

const observed = (text: RegExp): object => ({
  record: { verdict: { observed: expect.stringMatching(text) } },
});

describe('a row behind a cache', () => {
  const read = ({ redis, operation }: WorkerContext): Promise<unknown> =>
    operation('read', async () => {
      const cached = await redis.get('cache');
      if (cached !== null) return cached;
      const row = await redis.get('row');
      if (row !== null) await redis.set('cache', row);
      return row;
    });
  const write = ({ redis, operation }: WorkerContext): Promise<unknown> =>
    operation('write', async () => void (await redis.multi().set('row', 'new').del('cache').exec()), 'new');
  const setup: ScenarioOptions['setup'] = ({ redis }) => redis.set('row', 'old');
  const row = registerModel({ init: 'old' });
  const readers: WorkerBody[] = [
    async (context) => {
      await read(context);
      await read(context);
    },
    write,
  ];

  test('should break where it serves a stale value after the write was over, and say why', async () => {
    expect(await explored({ workers: readers, setup, invariants: [linearizable(row)] })).toMatchObject({
      kind: 'breaks',
      invariant: 'linearizable',
      ...observed(/^after .*w2 write 'new', w1 read → 'old' cannot come: it would have returned 'new'$/),
    });
  });

  test('should hold where it does not matter who was first', async () => {
    expect(
      await explored({ workers: readers, setup, invariants: [sequentiallyConsistent(row)] }),
    ).toMatchObject({
      kind: 'holds',
      complete: true,
    });
  });

  test('should break even so where a worker does not see what it wrote', async () => {
    const own: WorkerBody[] = [
      read,
      async (context) => {
        await write(context);
        await read(context);
      },
    ];
    expect(await explored({ workers: own, setup, invariants: [sequentiallyConsistent(row)] })).toMatchObject({
      kind: 'breaks',
      invariant: 'sequentially consistent',
      ...observed(/w2 read → 'old' cannot come/),
    });
  });
});

describe('a lock whose reply is lost', () => {
  const SCRIPT =
    'if redis.call("GET", KEYS[1]) == ARGV[1] then return redis.call("DEL", KEYS[1]) end return 0';
  const cast = (acquire: (context: WorkerContext) => Promise<boolean>): WorkerBody => {
    return async (context) => {
      const { operation, redis, name } = context;
      if (await operation('acquire', () => acquire(context)).catch(() => false))
        await operation('release', () => redis.eval(SCRIPT, 1, 'lock', name)).catch(() => 0);
    };
  };
  const plain = async ({ redis, name }: WorkerContext): Promise<boolean> =>
    (await redis.set('lock', name, 'PX', 1000, 'NX')) === 'OK';
  const lost = { client: 'single-shot', faults: { kinds: ['reset-after-apply'] } } as const;

  test('should break where a lost reply is taken for a refusal', async () => {
    const workers = cast((context) => plain(context).catch(() => false));
    expect(await explored({ workers, ...lost, invariants: [linearizable(mutexModel())] })).toMatchObject({
      kind: 'breaks',
      ...observed(/acquire → false cannot come: the lock is free/),
    });
  });

  test('should break where the client sends again, and is refused by what it took itself', async () => {
    const again = { ...lost, client: 'defaults' } as const;
    expect(
      await explored({ workers: cast(plain), ...again, invariants: [linearizable(mutexModel())] }),
    ).toMatchObject({ kind: 'breaks', ...observed(/acquire → false cannot come: the lock is free/) });
  });

  test.each([mutexModel(), leaseModel({ leaseMs: 1000 })])(
    'should hold where nobody claims to know',
    async (model) => {
      expect(
        await explored({ workers: cast(plain), ...lost, invariants: [linearizable(model)] }),
      ).toMatchObject({
        kind: 'holds',
        complete: true,
      });
    },
  );
});

test('what nobody could decide is no pass', async () => {
  const workers: WorkerBody = ({ redis, operation }) => operation('increment', () => redis.incr('c'));
  const invariants = [linearizable(counterModel(), { stepsMax: 1 })];
  expect(await explored({ workers, invariants })).toMatchObject({
    kind: 'error',
    message: expect.stringMatching(
      /"linearizable" could not tell: nobody knows: 1 step did not decide about 2 operations/,
    ),
  });
});

test('a model that does not know what to do says nothing about the workers', async () => {
  const workers: WorkerBody = ({ redis, operation }) => operation('increment', () => redis.incr('c'), 'one');
  expect(await explored({ workers, invariants: [linearizable(counterModel())] })).toMatchObject({
    kind: 'error',
    message: expect.stringContaining('the input of "increment" is a number, not \'one\''),
  });
});

test('nothing to look at is no pass', async () => {
  const workers: WorkerBody = ({ redis, operation }) => operation('count', () => redis.incr('c'));
  expect(await explored({ workers, invariants: [linearizable(counterModel())] })).toMatchObject({
    kind: 'incomplete',
    message: expect.stringContaining('nobody ran an operation called "increment" or "read"'),
  });
});
