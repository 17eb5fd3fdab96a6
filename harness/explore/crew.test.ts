import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { noLostUpdate } from '../check/invariants.js';
import { Environment } from '../execution/environment.js';
import { scenario, type Scenario } from '../scenario.js';
import { sharedServer } from '../server/index.js';
import type { Crew, CrewTask, CrewTasks } from './crew.js';
import { explore, type ExploreOptions } from './explore.js';
import { Hand } from './hand.js';
import { exclusive } from './testing/exclusive.js';
import type { Verdict } from './verdict.js';

// Thousands of executions; how long a busy machine takes for them says nothing.
vi.setConfig({ testTimeout: 600_000 });

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

/** Runs everything in this process, the last one asked for first, as other processes would. */
class CrewOfOne implements Crew {
  ran = 0;
  readonly #wanted: (() => Promise<void>)[] = [];
  readonly #hand: Hand;
  #queue: Promise<void> = Promise.resolve();

  constructor(
    readonly cast: Scenario,
    readonly lie: boolean = false,
    readonly size = 2,
  ) {
    this.#hand = new Hand(environment, cast, 1);
  }

  run<Task extends CrewTask>(task: Task, ask: CrewTasks[Task]['ask']): Promise<CrewTasks[Task]['answer']> {
    return new Promise((resolve, reject) => {
      this.#wanted.push(async () => {
        const answer = await this.#hand.run(task, ask);
        this.ran += 1;
        if (this.lie && task === 'tape') Object.assign(answer, { failed: true });
        resolve(answer);
      });
      // A process does one thing after the other.
      setImmediate(() => {
        this.#queue = this.#queue.then(() => this.#wanted.pop()?.()).catch(reject);
      });
    });
  }

  forget(): void {
    this.#wanted.length = 0;
  }
}

const safe = scenario({
  name: 'incr',
  workers: async ({ redis, operation }) => void (await operation('increment', () => redis.incr('c'))),
  count: 3,
  invariants: [noLostUpdate({ key: 'c' })],
});
const racy = scenario({
  name: 'get-set',
  workers: ({ redis, operation }) =>
    operation('increment', async () => {
      const found = Number(await redis.get('c'));
      await redis.set('c', String(found + 1));
    }),
  count: 3,
  invariants: [noLostUpdate({ key: 'c' })],
});

async function told(cast: Scenario, options: ExploreOptions): Promise<Omit<Verdict, 'tookMs'>> {
  const { tookMs: _, ...verdict } = await explore(cast, { environment, strategy: 'systematic', ...options });
  return verdict;
}

test('should come to the same verdict, execution for execution, whoever runs the tapes', async () => {
  for (const cast of [safe, racy]) {
    const crew = new CrewOfOne(cast);
    expect(await told(cast, { crew })).toEqual(await told(cast, {}));
    expect(crew.ran).toBeGreaterThan(0);
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
  count: 2,
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
      const crew = new CrewOfOne(cast, false, size);
      expect(await told(cast, { strategy, ...bounds, crew })).toEqual(alone);
      if (alone.executions > 1) expect(crew.ran).toBeGreaterThan(0);
    }
  });
});

test('should stop at the same execution when the number of executions is limited', async () => {
  const crew = new CrewOfOne(safe);
  const limited = await told(safe, { crew, runs: 5 });
  expect(limited).toEqual(await told(safe, { runs: 5 }));
  expect(limited).toMatchObject({ kind: 'incomplete', executions: 5 });
});

test('should end with an error when the crew is lost on the way', async () => {
  const crew = new CrewOfOne(safe);
  const run = crew.run.bind(crew);
  crew.run = (task, ask) =>
    crew.ran < 3 ? run(task, ask) : Promise.reject(new Error('process 2 was killed'));
  const verdict = await told(safe, { crew });
  expect(verdict).toMatchObject({ kind: 'error', message: 'process 2 was killed', complete: false });
});

test('should not take a failure for granted that it cannot see itself', async () => {
  const verdict = await told(safe, { crew: new CrewOfOne(safe, true) });
  expect(verdict.kind).toBe('error');
  expect(verdict.message).toBe('not deterministic: tape calm fails in one process and not in another');
});
