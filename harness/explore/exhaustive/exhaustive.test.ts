import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Environment } from '../../execution/host/environment.js';
import { scenario } from '../../scenario/scenario.js';
import { sharedServer } from '../../server/index.js';
import { explore } from '../explore.js';
import { CLASSES_LONG, runsEachClassOnce } from '../../../test/support/live-oracle.js';
import { ORACLES } from '../testing/programs.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

describe('Exhaustive on the real server', () => {
  test.each(ORACLES.filter(({ classes }) => classes < CLASSES_LONG))(
    'should run $classes executions of $program.name, one for each class',
    (oracle) => runsEachClassOnce(environment, oracle),
  );

  test('should say which loop used up the steps, and never that it is complete', async () => {
    /** One that counts once, and one that never stops. */
    const counting = scenario({
      name: 'counting',
      workers: [
        ({ redis }) => redis.incr('c'),
        async ({ redis, step }) => {
          for (;;) {
            await redis.incr('c');
            await step('once more');
          }
        },
      ],
      maxSteps: 7,
      invariants: [],
    });
    const verdict = await explore(counting, { session: environment, strategy: 'exhaustive' });
    expect(verdict).toMatchObject({ kind: 'incomplete', complete: false, invariant: undefined });
    // The search came to its end by itself, and yet nothing is proven: each execution ended in the middle of the loop.
    expect(verdict.executions).toBeLessThan(100);
    expect(verdict.capped).toBe(verdict.executions);
    expect(verdict.message).toBe(
      `${verdict.capped} of ${verdict.executions} executions hit a limit: 7 steps without an end; ` +
        'w2 repeats INCR c, once more (3 times). Bound the retries, or raise maxSteps',
    );
  });

  test('should give up for sampling with a bound and an estimate, and not mistake one for the other', async () => {
    const hot = scenario({
      name: 'hot key',
      workers: ({ redis }) => redis.incr('c'),
      workerCount: 8,
      invariants: [],
    });
    const verdict = await explore(hot, { session: environment, runs: 1000 });
    expect(verdict).toMatchObject({ kind: 'incomplete', complete: false, executions: 1000 });
    // There are 8!, which is 40,320: more than five times the budget.
    expect(verdict.estimate).toBeGreaterThan(5000);
    expect(verdict.estimate).toBeLessThanOrEqual(40_320);
    expect(verdict.message).toMatch(
      /^1,000 executions, at least \d+ left \(about [\d,]+ in all\), nothing wrong; \d+ classes seen; \d+ new in the/,
    );
  });

  test('should give up for sampling early where the budget is small', async () => {
    const hot = scenario({
      name: 'hot key',
      workers: ({ redis }) => redis.incr('c'),
      workerCount: 8,
      invariants: [],
    });
    const verdict = await explore(hot, { session: environment, runs: 100 });
    expect(verdict).toMatchObject({ kind: 'incomplete', complete: false, executions: 100 });
    expect(verdict.strategy).toBe('rotate');
    expect(verdict.sampling!.classes).toBeGreaterThan(10);
  });
});
