/** Invariants about locks, each with workers that break it and with workers that do not. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Environment } from '../../execution/host/environment.js';
import { explore } from '../../explore/explore.js';
import type { Verdict } from '../../record/verdict.js';
import { scenario } from '../../scenario/scenario.js';
import type { ScenarioOptions, WorkerBody, WorkerContext } from '../../scenario/types.js';
import { sharedServer } from '../../server/index.js';
import type { Invariant } from '../invariant.js';
import { noGhostLock } from './ghost-lock.js';
import { releasedOnlyItsOwn, worksUnderItsOwn } from './lock-invariants.js';
import { mutualExclusion } from './mutual-exclusion.js';

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
  const cast = scenario({ name: 'lock', workers, invariants: [one], ...more });
  return explore(cast, { session: environment, strategy: 'exhaustive' });
}

const COMPARE_AND_DELETE =
  'if redis.call("GET", KEYS[1]) == ARGV[1] then return redis.call("DEL", KEYS[1]) end return 0';
const LEASE_MS = 100;

interface Way {
  /** When it tries to take the lock, once. */
  readonly afterMs?: number;
  readonly workMs: number;
  readonly release: (context: WorkerContext) => Promise<unknown>;
}

/** Takes the lock, if nobody has it. */
async function take({ redis, name, operation }: WorkerContext): Promise<boolean> {
  return (await operation('acquire', () => redis.set('lock', name, 'PX', LEASE_MS, 'NX'))) !== null;
}

function worker({ afterMs = 0, workMs, release }: Way): WorkerBody {
  return async (context) => {
    if (afterMs > 0) await context.sleep(afterMs);
    if (!(await take(context))) return;
    await context.critical(() => context.sleep(workMs));
    await context.operation('release', () => release(context));
  };
}

/** Two of which the second takes the lock when the lease of the first must be over. */
function oneAfterTheOther(workMs: number, release: Way['release']): WorkerBody[] {
  return [worker({ workMs, release }), worker({ workMs, release, afterMs: LEASE_MS + 10 })];
}

const del = ({ redis }: WorkerContext): Promise<unknown> => redis.del('lock');
const delVoid = (context: WorkerContext): Promise<unknown> => del(context).then(() => undefined);
const own = ({ redis, name }: WorkerContext): Promise<unknown> =>
  redis.eval(COMPARE_AND_DELETE, 1, 'lock', name);
const ownVoid = (context: WorkerContext): Promise<unknown> => own(context).then(() => undefined);

/** The lock as it is seen on the wire. */
const onTheWire = {
  takes: ({ command, reply }) => command[0] === 'SET' && reply === 'OK',
  removes: ({ command, reply }) => command[0] !== 'SET' && reply === 1,
} satisfies Partial<Parameters<typeof releasedOnlyItsOwn>[0]>;

describe('releasedOnlyItsOwn', () => {
  test.each([
    ['by what the operation returned', {}, del],
    ['by the reply, where the operation returned nothing', {}, delVoid],
    ['by what is on the wire', onTheWire, delVoid],
  ])(
    'should break where a lock is deleted that is another’s by then: seen %s',
    async (_how, how, release) => {
      expect(
        await explored(releasedOnlyItsOwn({ key: 'lock', ...how }), oneAfterTheOther(90, release)),
      ).toMatchObject({
        kind: 'breaks',
        invariant: 'released only its own lock',
        record: { verdict: { observed: expect.stringMatching(/^w\d removed the lock of w\d$/) } },
      });
    },
  );

  test.each([
    ['by what the operation returned', {}, own],
    ['by the reply, where the operation returned nothing', {}, ownVoid],
    ['by what is on the wire', onTheWire, ownVoid],
  ])('should hold where only one’s own is deleted: seen %s', async (_how, how, release) => {
    expect(
      await explored(releasedOnlyItsOwn({ key: 'lock', ...how }), oneAfterTheOther(90, release)),
    ).toMatchObject({
      kind: 'holds',
      complete: true,
    });
  });

  test('should see on the wire who owns a lock without knowing', async () => {
    const unsure: WorkerBody = async (context) => {
      const { redis, name, operation } = context;
      try {
        if ((await operation('acquire', () => redis.set('lock', name, 'PX', LEASE_MS, 'NX'))) === null)
          return;
      } finally {
        await operation('release', () => own(context)).catch(() => undefined);
      }
    };
    const options: Partial<ScenarioOptions> = {
      client: 'single-shot',
      workersMayFail: true,
      faults: { kinds: ['reset-after-apply'] },
    };
    expect(await explored(releasedOnlyItsOwn({ key: 'lock', ...onTheWire }), unsure, options)).toMatchObject({
      kind: 'holds',
      complete: true,
    });
  });
});

describe('worksUnderItsOwn', () => {
  const late: WorkerBody = async (context) => {
    if (!(await take(context))) return;
    await context.sleep(LEASE_MS + 50);
    await context.operation('send', () => context.redis.incr('sent'));
  };
  const prompt: WorkerBody = async (context) => {
    if (!(await take(context))) return;
    const { sleep, operation } = context;
    await operation('send', () => sleep(LEASE_MS + 50));
  };
  const second: WorkerBody = async (context) => {
    await context.sleep(LEASE_MS + 10);
    await prompt(context);
  };

  test.each([{}, { takes: onTheWire.takes }])(
    'should break where the work begins after the lease: %o',
    async (how) => {
      expect(
        await explored(worksUnderItsOwn({ key: 'lock', work: 'send', ...how }), [late, second]),
      ).toMatchObject({
        kind: 'breaks',
        invariant: 'works only under its own lock',
      });
    },
  );

  test('should hold where it begins at once, however long it takes', async () => {
    expect(await explored(worksUnderItsOwn({ key: 'lock', work: 'send' }), [prompt, second])).toMatchObject({
      kind: 'holds',
      complete: true,
    });
  });
});

describe('noGhostLock', () => {
  const RESET: Partial<ScenarioOptions> = { faults: { kinds: ['reset-after-apply'] } };
  const ghost: WorkerBody = async (context) => {
    if (await take(context)) await own(context);
  };
  const knows: WorkerBody = async (context) => {
    const { redis, name, operation } = context;
    const mine = async (): Promise<boolean> =>
      (await redis.set('lock', name, 'PX', LEASE_MS, 'NX')) !== null || (await redis.get('lock')) === name;
    if (await operation('acquire', mine)) await own(context);
  };

  test('should break where SET NX is sent again after its reply was lost', async () => {
    expect(await explored(noGhostLock({ key: 'lock' }), ghost, { ...RESET, workerCount: 1 })).toMatchObject({
      kind: 'breaks',
      invariant: 'no ghost lock',
      record: {
        verdict: { observed: 'lock holds the token of w1, which was told that the lock is taken' },
      },
    });
  });

  test('should hold where a lock with one’s own token is one’s own', async () => {
    expect(await explored(noGhostLock({ key: 'lock' }), knows, RESET)).toMatchObject({
      kind: 'holds',
      complete: true,
    });
  });

  test('should read the token wherever it is', async () => {
    const hashed: WorkerBody = async ({ redis, name, operation }) => {
      await operation('acquire', async () => (await redis.hsetnx('lock', 'owner', name)) === 1);
    };
    const inField = noGhostLock({ key: 'lock', token: (redis, key) => redis.hget(key, 'owner') });
    expect(await explored(inField, hashed, { ...RESET, workerCount: 1 })).toMatchObject({ kind: 'breaks' });
    expect(await explored(inField, hashed)).toMatchObject({ kind: 'holds' });
  });
});

describe('mutualExclusion with leases', () => {
  const leased = mutualExclusion({ leaseMs: LEASE_MS });
  /** Stays inside for longer than its lease. */
  const overdue = oneAfterTheOther(LEASE_MS + 50, () => Promise.resolve());

  test('should hold where workers stay inside beyond their lease, which breaks it by belief', async () => {
    expect(await explored(mutualExclusion(), overdue)).toMatchObject({ kind: 'breaks' });
    expect(await explored(leased, overdue)).toMatchObject({ kind: 'holds', complete: true });
  });

  test('should break where a lease is taken away: released by another', async () => {
    const third = worker({ workMs: 10, release: own, afterMs: LEASE_MS + 15 });
    const verdict = await explored(leased, [...oneAfterTheOther(90, del), third]);
    expect(verdict).toMatchObject({
      kind: 'breaks',
      invariant: 'mutual exclusion',
      record: {
        verdict: {
          observed: expect.stringMatching(/^w\d entered while w\d was inside, whose lease was not over$/),
        },
      },
    });
  });

  test('should break where somebody is inside without a lease', async () => {
    const intruder: WorkerBody = ({ critical, redis }) => critical(() => redis.incr('sent'));
    expect(await explored(leased, [worker({ workMs: 50, release: own }), intruder])).toMatchObject({
      kind: 'breaks',
    });
    // Not so where the other one’s lease is over before.
    const late: WorkerBody = async (context) => {
      await context.sleep(LEASE_MS + 20);
      await intruder(context);
    };
    const long = worker({ workMs: LEASE_MS + 50, release: own });
    expect(await explored(leased, [long, late])).toMatchObject({ kind: 'holds' });
    expect(await explored(mutualExclusion(), [long, late])).toMatchObject({ kind: 'breaks' });
  });

  test('should count on a lease that is extended', async () => {
    const extending: WorkerBody = async (context) => {
      if (!(await take(context))) return;
      const { redis, sleep, critical, operation } = context;
      await critical(async () => {
        await sleep(60);
        await operation('extend', () => redis.pexpire('lock', LEASE_MS));
        await sleep(80);
      });
    };
    const late: WorkerBody = async ({ sleep, critical, redis }) => {
      await sleep(LEASE_MS + 20);
      await critical(() => redis.incr('sent'));
    };
    expect(await explored(leased, [extending, late])).toMatchObject({ kind: 'breaks' });
    const deaf = mutualExclusion({ leaseMs: LEASE_MS, extend: 'prolong' });
    expect(await explored(deaf, [extending, late])).toMatchObject({ kind: 'holds' });
  });
});

test.each<[Invariant, WorkerBody, string]>([
  [releasedOnlyItsOwn({ key: 'lock' }), ({ redis }) => redis.incr('c'), 'nobody was seen to take lock'],
  [
    releasedOnlyItsOwn({ key: 'lock' }),
    ({ redis, operation }) => operation('acquire', () => redis.set('lock', 1)),
    'nobody was seen to remove lock',
  ],
  [
    worksUnderItsOwn({ key: 'lock' }),
    ({ redis }) => redis.incr('c'),
    'nobody ran an operation called "critical section"',
  ],
  [
    worksUnderItsOwn({ key: 'lock', work: 'send' }),
    ({ redis, operation }) => operation('send', () => redis.incr('c')),
    'nobody was seen to take lock',
  ],
  [noGhostLock({ key: 'lock' }), ({ redis }) => redis.incr('c'), 'nobody ran an operation called "acquire"'],
  [
    noGhostLock({ key: 'lock' }),
    ({ redis, operation }) => operation('acquire', () => redis.incr('c')),
    'no command named lock',
  ],
  [
    mutualExclusion({ leaseMs: 1000 }),
    ({ redis }) => redis.incr('c'),
    'nobody entered a "critical section" with critical()',
  ],
])('%o should say what it had to look at, and did not', async (one, workers, missing) => {
  const verdict = await explored(one, workers);
  expect(verdict).toMatchObject({ kind: 'incomplete' });
  expect(verdict.message).toContain(missing);
});
