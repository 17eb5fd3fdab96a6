import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { invariant } from '../../check/invariant.js';
import { Environment } from '../../execution/host/environment.js';
import type { Scenario } from '../../scenario/types.js';
import { sharedServer } from '../../server/index.js';
import { drivePredictedChoosers } from '../testing/predicted-choosers.js';
import { drivePredicted } from '../testing/predicted.js';
import { variousPrograms, variousScenario } from '../testing/various-programs.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

const PROBES: Record<string, Scenario['invariants']> = {
  store: [invariant('store', async ({ redis }) => void (await redis.mget('a', 'b', 'heard1')))],
  count: [invariant('count', ({ history }) => void history.count('op', 'ok'))],
  overlap: [invariant('overlap', ({ history }) => void history.overlap('op'))],
  nothing: [],
};

const probes = fc.constantFrom(...Object.keys(PROBES));

/** Executions of one program at most; and those that choosers decide about. */
const [EXECUTIONS_MAX, CHOSEN_MAX] = [300, 60];

test('Predictions should be what executions come to, in programs of all kinds', async () => {
  let checked = 0;
  const property = fc.asyncProperty(
    variousPrograms({ workers: 3, actions: 3, kinds: 2, budget: 2 }),
    probes,
    async (program, probe) => {
      const cast = variousScenario(program, PROBES[probe]!);
      const limits = { fault: cast.faults.budget, delay: 1 };
      const found = await drivePredicted(environment, cast, limits, true, EXECUTIONS_MAX);
      expect(found.differences).toEqual([]);
      checked += found.checked;
      for (const strategy of ['systematic', 'rotate'] as const) {
        const chosen = await drivePredictedChoosers(environment, cast, strategy, CHOSEN_MAX);
        expect(chosen.differences).toEqual([]);
        checked += chosen.checked;
      }
    },
  );
  await fc.assert(property, { numRuns: 50, seed: 7, endOnFailure: true });
  expect(checked).toBeGreaterThan(500);
});
