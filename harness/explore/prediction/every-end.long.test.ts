import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { invariant } from '../../check/invariant.js';
import { Environment } from '../../execution/host/environment.js';
import { execute } from '../../execution/execution.js';
import type { Scenario } from '../../scenario/types.js';
import { sharedServer } from '../../server/index.js';
import { DepthFirstSearch } from '../dpor/depth-first.js';
import type { CostLimits } from '../events/event.js';
import { Exhaustive } from '../exhaustive/exhaustive.js';
import { drivePredicted } from '../testing/predicted.js';
import { variousPrograms, variousScenario } from '../testing/various-programs.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

/** Programs with fewer interleavings leave nothing to be composed; those with more take too much time. */
const [INTERLEAVINGS_MIN, INTERLEAVINGS_MAX] = [80, 800];
/** After so many the estimate of how many there are is good enough to pass a program over. */
const TRIAL = 40;
const PROGRAMS = 20;
/** It is told how an execution ended: nobody looks at what this process does with it. */
const ENDED = 'race-lab-ended';

/** Tells how executions end, by what the store holds and what the history says. */
const probe = invariant('nothing', async ({ redis, history }) => {
  const stored = await redis.mget('a', 'b', 'm', 'p', 'heard1', 'heard2');
  const counted = (['ok', 'failed', 'unknown', 'pending'] as const).map((one) => history.count('op', one));
  process.emit(ENDED as 'beforeExit', JSON.stringify([stored, counted]) as never);
});

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

/** Runs every single interleaving. @returns undefined where there are too many, or too few */
async function everyEnd(cast: Scenario, limits: CostLimits): Promise<string[] | undefined> {
  const strategy = new Exhaustive(limits, () => new DepthFirstSearch(false));
  const { observer } = strategy;
  let executions = 0;
  const isTooMuch = (): boolean =>
    executions > INTERLEAVINGS_MAX ||
    (executions === TRIAL && (strategy.status.estimate ?? 0) > 2 * INTERLEAVINGS_MAX);
  const ends = await endsOf(async () => {
    while (!isTooMuch() && strategy.start()) {
      executions += 1;
      await strategy.learn(await execute(environment, cast, { chooser: strategy, observer, seed: 1 }));
    }
    await strategy.close();
  });
  return isTooMuch() || executions < INTERLEAVINGS_MIN ? undefined : ends;
}

test('An exhaustive search with prediction should come to every end that there is, and to no other', async () => {
  let predicted = 0;
  let compared = 0;
  const property = fc.asyncProperty(variousPrograms(3, 1), async (program) => {
    const cast = variousScenario(program, [probe]);
    const limits = { fault: cast.faults.budget, delay: 1 };
    const all = await everyEnd(cast, limits);
    fc.pre(all !== undefined);
    const ends = await endsOf(async () => {
      const found = await drivePredicted(environment, cast, limits, false);
      expect(found.differences).toEqual([]);
      predicted += found.predicted;
    });
    expect(ends).toEqual(all);
    compared += 1;
  });
  await fc.assert(property, { numRuns: PROGRAMS, seed: 5, endOnFailure: true });
  expect(compared).toBe(PROGRAMS);
  expect(predicted).toBeGreaterThan(PROGRAMS);
});
