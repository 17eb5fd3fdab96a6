/** What workers that are interchangeable leave out is the same with other names: nothing hides there. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Environment } from '../harness/execution/host/environment.js';
import { driveLive } from '../harness/explore/testing/live.js';
import { Exhaustive } from '../harness/explore/exhaustive/exhaustive.js';
import { DEFAULT_DELAYS } from '../harness/explore/options.js';
import { explore, sharedServer } from '../harness/index.js';
import { ALIKE, INTERLEAVINGS, nameOf } from '../test/support/lab-variants.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

test.each(ALIKE)('$lab/$variant.name should also hold where it counts who is who', async (one) => {
  const { scenario } = one.variant;
  const told = { ...scenario, interchangeable: false };
  const strategy = new Exhaustive({ fault: told.faults.budget, delay: DEFAULT_DELAYS });
  const found = await driveLive(environment, told, strategy, ({ finding }) => {
    expect(finding).toBeUndefined();
  });
  expect(found.capped).toBe(0);
  // Where the server's clock cannot be frozen, there are more than are known.
  const { executions: alike } =
    environment.server.clockMode === 'shim'
      ? { executions: INTERLEAVINGS[nameOf(one)]! }
      : await explore(scenario, { session: environment });
  // Three workers have six orders, and two have two. Some classes are their own mirror images, and where it is not known ahead that a
  // step will not write, two of one kind are left. That is a law of classes: of executions, a few more may be run, since
  // what a step touches shows only once it has run.
  const orders = scenario.workers.length === 2 ? 2 : 6;
  expect(found.classes.size).toBeGreaterThan((orders / 2) * alike);
  expect(found.classes.size).toBeLessThanOrEqual(orders * alike);
});
