import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noLostUpdate } from '../../check/invariants.js';
import { Environment } from '../../execution/host/environment.js';
import { scenario } from '../../scenario/scenario.js';
import type { Scenario } from '../../scenario/types.js';
import { sharedServer } from '../../server/index.js';
import { exploreWith } from '../explore.js';
import type { InternalExploreOptions } from '../internal-options.js';
import { CrewOfHands } from '../testing/crew-of-hands.js';
import { exclusive } from '../testing/exclusive.js';
import type { Verdict } from '../../record/verdict.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

const safe = scenario({
  name: 'incr',
  workers: async ({ redis, operation }) => void (await operation('increment', () => redis.incr('c'))),
  workerCount: 3,
  invariants: [noLostUpdate({ key: 'c' })],
});
const racy = scenario({
  name: 'get-set',
  workers: ({ redis, operation }) =>
    operation('increment', async () => {
      const found = Number(await redis.get('c'));
      await redis.set('c', String(found + 1));
    }),
  workerCount: 3,
  invariants: [noLostUpdate({ key: 'c' })],
});

async function told(cast: Scenario, options: InternalExploreOptions): Promise<Omit<Verdict, 'tookMs'>> {
  const { tookMs: _, ...verdict } = await exploreWith(cast, {
    session: environment,
    strategy: 'systematic',
    // As long as executions are composed, others have nothing to do.
    predict: false,
    ...options,
  });
  return verdict;
}

test('should come to the same verdict, execution for execution, whoever runs the tapes', async () => {
  for (const cast of [safe, racy]) {
    const crew = new CrewOfHands([environment], cast, 2);
    expect(await told(cast, { crew })).toEqual(await told(cast, {}));
    expect(crew.executions).toBeGreaterThan(0);
  }
});

/** A lock with a lease that runs out, a client that gives up waiting, and faults. */
const leased = scenario({
  name: 'leased',
  workers: async ({ redis, name, sleep }) => {
    if ((await redis.set('lock', name, 'PX', 100, 'NX')) === null) return;
    const seen = Number(await redis.get('c'));
    await sleep(60);
    await redis.set('c', String(seen + 1));
    if ((await redis.get('lock')) === name) await redis.del('lock');
  },
  workerCount: 2,
  invariants: [],
  faults: { kinds: ['reset-before-send', 'reset-after-apply', 'worker-crash'], budget: 1 },
  workersMayFail: true,
});
/** A plan of which one fault can strike and two cannot. */
const vacuous = scenario({
  name: 'vacuous',
  workers: async ({ redis }) => void (await redis.incr('c')),
  invariants: [],
  faults: { kinds: ['refuse-connect', 'late-reply', 'server-noscript'] },
});
const CASTS = [safe, racy, leased, exclusive, vacuous];

const BOUNDS = [
  // All of it where it is small; of the others the simplest.
  ['systematic', { preemptions: 3, runs: 150 }],
  ['exhaustive', { runs: 30 }],
  ['rotate', { runs: 40 }],
  // First simple executions, then the exhaustive search.
  ['auto', { runs: 30 }],
] as const;

describe.each(BOUNDS)('%s, %o', (strategy, bounds) => {
  test.each(CASTS)('should come to the same with any number of processes: $name', async (cast) => {
    const alone = await told(cast, { strategy, ...bounds });
    if (cast === vacuous) expect(alone.idleFaults).toHaveLength(2);
    for (const size of [1, 2]) {
      const crew = new CrewOfHands([environment], cast, size);
      expect(await told(cast, { strategy, ...bounds, crew })).toEqual(alone);
      if (alone.executions > 1) expect(crew.answers.length).toBeGreaterThan(0);
      await crew.close();
    }
  });
});

test('should run nothing twice, and hardly more than is wanted', async () => {
  for (const size of [1, 2, 5]) {
    const all = new CrewOfHands([environment], exclusive, size);
    const whole = await told(exclusive, { crew: all, preemptions: 1 });
    expect(whole).toMatchObject({ kind: 'holds', complete: true });
    expect(all.executions).toBe(whole.executions);
    const some = new CrewOfHands([environment], exclusive, size);
    await told(exclusive, { crew: some, preemptions: 1, runs: 300 });
    expect(some.executions - 300).toBeLessThan(50 * size);
  }
});

test('should stop at the same execution when the number of executions is limited', async () => {
  const crew = new CrewOfHands([environment], safe, 2);
  const limited = await told(safe, { crew, runs: 5 });
  expect(limited).toEqual(await told(safe, { runs: 5 }));
  expect(limited).toMatchObject({ kind: 'incomplete', executions: 5 });
});

test('should end with an error when the crew is lost on the way', async () => {
  for (const strategy of ['systematic', 'exhaustive', 'rotate'] as const) {
    const crew = new CrewOfHands([environment], exclusive, 2);
    const run = crew.run.bind(crew);
    crew.run = (task, ask) =>
      crew.answers.length < 3 ? run(task, ask) : Promise.reject(new Error('process 2 was killed'));
    const verdict = await told(exclusive, { crew, strategy, runs: 10_000 });
    expect(verdict).toMatchObject({ kind: 'error', message: 'process 2 was killed', complete: false });
    expect(verdict.executions).toBeGreaterThan(0);
    await crew.close();
  }
});

test('should not take a failure for granted that it cannot see itself', async () => {
  const crew = new CrewOfHands([environment], safe, 2);
  crew.onAnswer = (answer) => {
    if ('played' in answer) for (const one of answer.played) Object.assign(one, { failed: true });
  };
  const verdict = await told(safe, { crew });
  expect(verdict.kind).toBe('error');
  expect(verdict.message).toBe('not deterministic: tape calm fails in one process and not in another');
});

test('the first execution of a process does not count where it is one of a crew', async () => {
  const lazy = (): Scenario => {
    let prepared = false;
    return scenario({
      name: 'lazy',
      invariants: [noLostUpdate({ key: 'c' })],
      workers: async ({ redis, operation }) => {
        if (!prepared) await redis.set('prepared', 1);
        prepared = true;
        await operation('increment', () => redis.incr('c'));
      },
    });
  };
  for (const strategy of ['systematic', 'exhaustive', 'random'] as const) {
    const crew = new CrewOfHands([environment], lazy());
    expect(await told(lazy(), { strategy, runs: 50, crew })).toEqual(
      await told(lazy(), { strategy, runs: 50 }),
    );
    expect(crew.executions).toBeGreaterThan(0);
    await crew.close();
  }
});

describe('Where executions are composed', () => {
  test('should ask other processes for nothing, and come to the same', async () => {
    const cast = scenario({
      name: 'unchecked',
      workers: async ({ redis }) => void (await redis.set('c', Number(await redis.get('c')) + 1)),
      workerCount: 4,
      invariants: [],
    });
    const crew = new CrewOfHands([environment], cast, 2);
    const bounds = { strategy: 'exhaustive', runs: 200 } as const;
    const { prediction, ...composed } = await told(cast, { ...bounds, crew, predict: true });
    expect(composed).toEqual(await told(cast, bounds));
    expect(prediction?.predicted).toBeGreaterThan(0);
    expect(crew.executions).toBe(0);
  });

  test('should let them run what cannot be composed', async () => {
    const cast = scenario({
      name: 'draws',
      workers: ({ redis }) => redis.incr('c'),
      workerCount: 4,
      invariants: [],
      sharedClient: true,
    });
    const crew = new CrewOfHands([environment], cast, 2);
    const { prediction } = await told(cast, { strategy: 'exhaustive', crew, predict: true });
    expect(prediction).toEqual({
      run: expect.any(Number) as number,
      predicted: 0,
      checked: 0,
      ended: 'workers share a client',
    });
    expect(crew.executions).toBeGreaterThan(0);
  });
});
