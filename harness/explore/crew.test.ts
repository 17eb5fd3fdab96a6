import { afterAll, beforeAll, expect, test } from 'vitest';
import { noLostUpdate } from '../check/invariants.js';
import { Environment } from '../execution/environment.js';
import { scenario, type Scenario } from '../scenario.js';
import { sharedServer } from '../server/index.js';
import type { Crew, Outline } from './crew.js';
import { explore, type ExploreOptions } from './explore.js';
import { runTape } from './shrink-failure.js';
import { Tape } from './tape.js';
import type { Verdict } from './verdict.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

/** Runs everything in this process, the last one asked for first, as other processes would. */
class CrewOfOne implements Crew {
  readonly size = 2;
  ran = 0;
  readonly #wanted: (() => Promise<void>)[] = [];

  constructor(
    readonly cast: Scenario,
    readonly lie: boolean = false,
  ) {}

  run(tape: readonly number[]): Promise<Outline> {
    return new Promise((resolve, reject) => {
      this.#wanted.push(async () => {
        const { result } = await runTape(environment, this.cast, new Tape(tape), { seed: 1 });
        this.ran += 1;
        resolve({ ...result, failed: this.lie || result.finding !== undefined });
      });
      setImmediate(() => void this.#wanted.pop()?.().catch(reject));
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

test('should stop at the same execution when the number of executions is limited', async () => {
  const crew = new CrewOfOne(safe);
  const limited = await told(safe, { crew, runs: 5 });
  expect(limited).toEqual(await told(safe, { runs: 5 }));
  expect(limited).toMatchObject({ kind: 'incomplete', executions: 5 });
});

test('should end with an error when the crew is lost on the way', async () => {
  const crew = new CrewOfOne(safe);
  const run = crew.run.bind(crew);
  crew.run = (tape) => (crew.ran < 3 ? run(tape) : Promise.reject(new Error('process 2 was killed')));
  const verdict = await told(safe, { crew });
  expect(verdict).toMatchObject({ kind: 'error', message: 'process 2 was killed', complete: false });
});

test('should not take a failure for granted that it cannot see itself', async () => {
  const verdict = await told(safe, { crew: new CrewOfOne(safe, true) });
  expect(verdict.kind).toBe('error');
  expect(verdict.message).toBe('not deterministic: tape calm fails in one process and not in another');
});
