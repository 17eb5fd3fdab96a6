/** Processes in the background: workers whose end nobody waits for. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { invariant } from '../check/invariant.js';
import { Environment } from '../execution/host/environment.js';
import { scenario } from '../scenario/scenario.js';
import type { ScenarioOptions, WorkerBody, WorkerContext } from '../scenario/types.js';
import type { Verdict } from '../record/verdict.js';
import { sharedServer } from '../server/index.js';
import { explore } from './explore.js';
import type { ExploreOptions } from './options.js';

let session: Environment;
beforeAll(async () => {
  session = await Environment.open(await sharedServer());
});
afterAll(() => session.close());

const explored = (
  cast: Omit<ScenarioOptions, 'name' | 'invariants'> & Partial<Pick<ScenarioOptions, 'invariants'>>,
  options: ExploreOptions = { strategy: 'exhaustive' },
): Promise<Verdict> =>
  explore(scenario({ name: 'background', invariants: [], ...cast }), { session, ...options });

/** Takes jobs and does them, for ever. */
const consumer: WorkerBody = async ({ redis }) => {
  for (;;) {
    const job = await redis.brpop('jobs', 5);
    if (job !== null) await redis.lpush('done', job[1]);
  }
};
/** The same, as one writes it who knows no commands that block. */
const poller: WorkerBody = async ({ redis, sleep }) => {
  for (;;) {
    const job = await redis.rpop('jobs');
    if (job === null) await sleep(100);
    else await redis.lpush('done', job);
  }
};
const heartbeat: WorkerBody = async ({ redis, sleep }) => {
  for (;;) {
    await redis.set('alive', 1);
    await sleep(100);
  }
};
/** Adds a job and waits until it is done. */
const client = async ({ name, redis }: WorkerContext): Promise<void> => {
  await redis.lpush('jobs', name);
  await redis.brpop('done', 0);
};

describe.each(['exhaustive', 'systematic', 'random'] as const)('With %s', (strategy) => {
  const options: ExploreOptions = {
    strategy,
    preemptions: 1,
    ...(strategy === 'random' ? { runs: 60 } : {}),
  };

  test.each([
    ['a consumer', consumer],
    ['a poller', poller],
  ])('workers wait for what only %s can do', async (_name, background) => {
    const verdict = await explored({ workers: client, workerCount: 1, background }, options);
    expect(verdict).toMatchObject({ kind: 'holds', workers: 1, capped: 0 });
    if (strategy !== 'random') expect(verdict.complete).toBe(true);
    expect(verdict.raced!.contested).not.toEqual([]);
  });

  test('a worker whose job nobody does hangs, and is named alone', async () => {
    const other: WorkerBody = async ({ redis }) => {
      for (;;) await redis.brpop('other jobs', 5);
    };
    const verdict = await explored({ workers: client, workerCount: 1, background: [other] }, options);
    expect(verdict).toMatchObject({ kind: 'hangs' });
    expect(verdict.record!.verdict.observed).toMatch(/^w1 waits for the reply of BRPOP done 0/);
    expect(verdict.record!.verdict.observed).not.toContain('w2');
    expect(verdict.minimal!.steps).toBeLessThan(40);
  });
});

test('Nobody waits for the end of what waits for ever in the background', async () => {
  const background: WorkerBody[] = [
    ({ redis }) => redis.blpop('never', 0),
    () => new Promise(() => {}),
    heartbeat,
  ];
  const workers: WorkerBody = ({ redis }) => redis.incr('c');
  expect(await explored({ workers, background })).toMatchObject({
    kind: 'holds',
    complete: true,
    workers: 2,
  });
});

test('It is over when the workers are: what it can do without time passing is still done, and no more', async () => {
  const seen = new Set<string>();
  const background: WorkerBody = async ({ redis, sleep }) => {
    await redis.set('at once', 1);
    await sleep(1000);
    await redis.set('a second later', 1);
  };
  const look = invariant('look', async ({ redis, workers }) => {
    expect(workers).toBe(2);
    seen.add((await redis.keys('*')).sort().join());
  });
  const workers: WorkerBody[] = [({ redis }) => redis.get('at once'), ({ redis }) => redis.incr('c')];
  const verdict = await explored({ workers, background, invariants: [look] });
  expect(verdict).toMatchObject({ kind: 'holds', complete: true });
  expect([...seen].sort()).toEqual(['a second later,at once,c', 'at once,c']);
});

test.each([1, 2])('Its error is a finding, also while %i workers wait for it', async (workerCount) => {
  const background: WorkerBody = async ({ redis }) => {
    await redis.brpop('jobs', 0);
    throw new Error('no such job');
  };
  const verdict = await explored({ workers: client, workerCount, background });
  expect(verdict).toMatchObject({ kind: 'breaks', invariant: 'no uncaught error' });
  expect(verdict.record!.verdict.observed).toContain(`w${workerCount + 1} ended with Error: no such job`);
});

test('A fault may strike it, and what it has nothing to do with is left out of a failure', async () => {
  const verdict = await explored(
    {
      workers: client,
      workerCount: 1,
      background: consumer,
      faults: { kinds: [{ kind: 'worker-crash', at: { worker: 2 } }] },
    },
    { strategy: 'systematic', preemptions: 0 },
  );
  expect(verdict).toMatchObject({ kind: 'hangs', minimal: { workers: 2, faults: 1 } });
  expect(verdict.record!.steps.some(({ fault }) => fault === 'worker-crash')).toBe(true);

  const lost: WorkerBody = async ({ redis }) => {
    const value = Number(await redis.get('c'));
    await redis.set('c', value + 1);
  };
  const both = invariant('both count', async ({ redis }) => {
    const c = await redis.get('c');
    return c === '2' ? undefined : { expected: '2', observed: String(c) };
  });
  const broken = await explored({ workers: lost, background: heartbeat, invariants: [both] });
  expect(broken).toMatchObject({ kind: 'breaks', minimal: { workers: 2, steps: 4 } });
});

test.each([
  [{ background: 1 as never }, '"background" is a function, or a list of functions, not 1'],
  [{ background: [heartbeat, 'x' as never] }, '"background" is a function, or a list of functions'],
])('%o should be refused', async (options, message) => {
  expect(() => scenario({ name: 'x', workers: client, invariants: [], ...options })).toThrow(message);
});
