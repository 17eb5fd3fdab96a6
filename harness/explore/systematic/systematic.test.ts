import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { execute } from '../../execution/execution.js';
import { Environment } from '../../execution/host/environment.js';
import { scenario } from '../../scenario/scenario.js';
import type { WorkerBody } from '../../scenario/types.js';
import { sharedServer } from '../../server/index.js';
import { Systematic } from './systematic.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

describe('Systematic', () => {
  test.each([
    [2, 1],
    [2, 2],
    [3, 1],
  ])('should run each execution of %i workers that add %i times exactly once', async (workers, times) => {
    const body: WorkerBody = async ({ redis }) => {
      for (let time = 0; time < times; time++) await redis.incr('c');
    };
    const cast = scenario({ name: 'orders', workers: body, workerCount: workers, invariants: [] });
    const strategy = new Systematic(100, 0);
    const orders = new Set<string>();
    let executions = 0;
    while (strategy.start()) {
      const result = await execute(environment, cast, { chooser: strategy, seed: 1 });
      strategy.learn(result);
      executions += 1;
      orders.add(result.steps.map(({ worker }) => worker).join());
    }
    expect(strategy.complete).toBe(true);
    expect(orders.size).toBe(executions);
    expect(executions).toBe(interleavings(workers, times));
  });
});

/** (workers·times)! / times!^workers */
function interleavings(workers: number, times: number): number {
  const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
  return factorial(workers * times) / factorial(times) ** workers;
}
