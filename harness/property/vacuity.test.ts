import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mutualExclusion } from '../check/locks/mutual-exclusion.js';
import { noStuckKey } from '../check/key-invariants.js';
import { Environment } from '../execution/host/environment.js';
import { Tape } from '../explore/tape/tape.js';
import { scenario } from '../scenario/scenario.js';
import type { Scenario, ScenarioOptions } from '../scenario/types.js';
import { sharedServer } from '../server/index.js';
import { holdsOn } from './holds-on.js';
import { races } from './races.js';
import { tapes } from './tapes.js';
import { VacuousError } from './vacuity.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

/** Workers that each have a key of their own. */
function apart(more: Partial<ScenarioOptions> = {}): Scenario {
  return scenario({
    name: 'apart',
    workers: [({ redis }) => redis.incr('a'), ({ redis }) => redis.incr('b')],
    invariants: [],
    ...more,
  });
}

async function checked(
  cast: Scenario,
  numRuns = 30,
  arbitrary = tapes(cast),
): Promise<fc.RunDetails<[Tape]>> {
  const property = fc.asyncProperty(arbitrary, (tape) => holdsOn(cast, tape, environment));
  return await fc.check(property, { seed: 1, numRuns });
}

describe('a property', () => {
  test('should not pass where nothing raced in any of its executions', async () => {
    const { errorInstance, numRuns, counterexample } = await checked(apart());
    expect(errorInstance).toBeInstanceOf(VacuousError);
    expect((errorInstance as Error).message).toMatch(
      /^2\d executions of this property, nothing wrong, but nothing raced: 2 workers, 2 commands, and no two steps/,
    );
    expect(numRuns).toBe(20);
    expect(counterexample![0].choices.length).toBeLessThan(2);
  });

  test('should pass where that is meant so, and is not judged by a few executions', async () => {
    expect((await checked(apart({ mayNotRace: true }))).failed).toBe(false);
    expect((await checked(apart(), 19)).failed).toBe(false);
  });

  test('should be judged by all of its executions, also those of several checks', async () => {
    const arbitrary = tapes({ workerCount: 2 });
    expect((await checked(apart(), 15, arbitrary)).failed).toBe(false);
    expect((await checked(apart(), 15, arbitrary)).failed).toBe(true);
  });

  test('should not pass where an invariant never had anything to look at', async () => {
    const nobody = scenario({
      name: 'nobody enters',
      workers: ({ redis }) => redis.incr('c'),
      invariants: [mutualExclusion(), noStuckKey('lock')],
    });
    const { errorInstance } = await checked(nobody);
    expect((errorInstance as Error).message).toMatch(
      /"mutual exclusion" had nothing to look at .*; "no stuck key/,
    );
  });

  test('should pass where some of the scenarios that it draws race', async () => {
    const counting = (workerCount: number): Scenario =>
      scenario({ name: 'counting', workerCount, workers: ({ redis }) => redis.incr('c'), invariants: [] });
    const drawn = async (max: number): Promise<unknown> => {
      const arbitrary = races(fc.integer({ min: 1, max }), counting);
      const property = fc.asyncProperty(arbitrary, (race) => race.holds(environment));
      return (await fc.check(property, { seed: 1, numRuns: 30 })).errorInstance;
    };
    expect(await drawn(2)).toBeNull();
    expect(await drawn(1)).toBeInstanceOf(VacuousError);
  });

  test('should say nothing of tapes that were given by hand', async () => {
    for (let run = 0; run < 25; run++) await holdsOn(apart(), Tape.parse('calm'), environment);
  });
});
