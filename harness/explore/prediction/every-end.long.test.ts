import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { invariant } from '../../check/invariant.js';
import { Environment } from '../../execution/host/environment.js';
import { execute } from '../../execution/execution.js';
import type { Scenario } from '../../scenario/types.js';
import { sharedServer } from '../../server/index.js';
import type { CostLimits } from '../events/event.js';
import { Exhaustive } from '../exhaustive/exhaustive.js';
import { drivePredicted } from '../testing/predicted.js';
import { variousPrograms, variousScenario } from '../testing/various-programs.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

/** Smaller programs leave nothing to be composed; larger ones take too much time. */
const [EXECUTIONS_MIN, EXECUTIONS_MAX] = [25, 400];
/** After so many the estimate of how many there are is good enough to pass a program over. */
const TRIAL = 30;
const PROGRAMS = 25;
/** It is told how an execution ended: nobody looks at what this process does with it. */
const ENDED = 'race-lab-ended';

/** Tells how executions end, by what the store holds and what the history says. */
const probe = invariant('nothing', async ({ redis, history }) => {
  const stored = await redis.mget('a', 'b', 'm', 'p', 'heard1', 'heard2');
  const counted = (['ok', 'failed', 'unknown', 'pending'] as const).map((one) => history.count('op', one));
  process.emit(ENDED as 'beforeExit', JSON.stringify([stored, counted]) as never);
});

/** What a search comes to. */
interface Came {
  readonly ends: readonly string[];
  readonly maximal: number;
}

/** All ends that a search comes to. */
async function endsOf(search: () => Promise<void>): Promise<string[]> {
  const ends = new Set<string>();
  const note = (end: unknown): void => void ends.add(end as string);
  process.on(ENDED, note);
  try {
    await search();
  } finally {
    process.off(ENDED, note);
  }
  return [...ends].sort();
}

/** Runs all that an exhaustive search asks for. @returns undefined where that is too much, or too little */
async function reallyRun(cast: Scenario, limits: CostLimits): Promise<Came | undefined> {
  const strategy = new Exhaustive(limits);
  const { observer } = strategy;
  let executions = 0;
  const isTooMuch = (): boolean =>
    executions > EXECUTIONS_MAX ||
    (executions === TRIAL && (strategy.status.estimate ?? 0) > 2 * EXECUTIONS_MAX);
  const ends = await endsOf(async () => {
    while (!isTooMuch() && strategy.start()) {
      executions += 1;
      await strategy.learn(await execute(environment, cast, { chooser: strategy, observer, seed: 1 }));
    }
    await strategy.close();
  });
  const { maximal } = observer.search.counts;
  return isTooMuch() || executions < EXECUTIONS_MIN ? undefined : { ends, maximal };
}

test('A search should come to the same number of executions and to the same ends, composed or run', async () => {
  let predicted = 0;
  let compared = 0;
  const property = fc.asyncProperty(
    variousPrograms({ workers: 3, actions: 3, kinds: 1, budget: 1 }),
    async (program) => {
      const cast = variousScenario(program, [probe]);
      const limits = { fault: cast.faults.budget, delay: 1 };
      const ran = await reallyRun(cast, limits);
      fc.pre(ran !== undefined);
      let maximal = 0;
      const ends = await endsOf(async () => {
        const found = await drivePredicted(environment, cast, limits, false);
        expect(found.differences).toEqual([]);
        predicted += found.predicted;
        ({ maximal } = found);
      });
      expect({ ends, maximal }).toEqual(ran);
      compared += 1;
    },
  );
  await fc.assert(property, { numRuns: PROGRAMS, seed: 5, endOnFailure: true });
  expect(compared).toBe(PROGRAMS);
  expect(predicted).toBeGreaterThan(PROGRAMS);
});
