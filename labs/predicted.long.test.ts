import { afterAll, beforeAll, expect, test } from 'vitest';
import { Environment } from '../harness/execution/host/environment.js';
import { drivePredicted } from '../harness/explore/testing/predicted.js';
import { drivePredictedChoosers } from '../harness/explore/testing/predicted-choosers.js';
import { sharedServer } from '../harness/server/index.js';
import { labs } from './index.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

/** Executions of one variant at most, for each of the searches. */
const EXECUTIONS_MAX = 40;

const holding = labs.flatMap(({ id, variants }) =>
  variants
    .filter(({ expect: expected, scenario }) => expected.kind === 'holds' && scenario.app === undefined)
    .map(({ name, scenario }) => ({ name: `${id}/${name}`, cast: scenario })),
);

test.each(holding)('Predictions should be what executions of $name come to', async ({ cast }) => {
  const limits = { fault: cast.faults.budget, delay: 1 };
  const found = await drivePredicted(environment, cast, limits, true, EXECUTIONS_MAX);
  expect(found.differences).toEqual([]);
  const chosen = await drivePredictedChoosers(environment, cast, 'rotate', EXECUTIONS_MAX);
  expect(chosen.differences).toEqual([]);
});
