import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Environment } from '../../execution/environment.js';
import { scenario } from '../../scenario.js';
import { sharedServer } from '../../server/index.js';
import { explore } from '../explore.js';
import { bruteForce } from '../testing/drive.js';
import { driveLive, liveScenario } from '../testing/live.js';
import { modelOf } from '../testing/machine.js';
import { ORACLES } from '../testing/programs.js';
import { Exhaustive } from './exhaustive.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

const NONE = { fault: 0, delay: 0 };

describe('Exhaustive on the real server', () => {
  test.each(ORACLES)(
    'should run $classes executions of $program.name, one for each class',
    async ({ program, classes, interleavings }) => {
      const found = await driveLive(environment, liveScenario(program), new Exhaustive(NONE));
      expect(found).toMatchObject({ maximal: classes, redundant: 0, capped: 0 });
      expect(found.classes.size).toBe(classes);
      if (interleavings === undefined) return;
      // The same classes as all interleavings of the model have.
      expect([...found.classes].sort()).toEqual([...bruteForce(modelOf(program))!.classes].sort());
    },
    120_000,
  );

  test('should say which loop used up the steps, and never that it is complete', async () => {
    /** One that keeps the lock for ever, and others that try again until they have it. */
    const stuck = scenario({
      name: 'stuck lock',
      workers: async ({ name, redis, step }) => {
        while ((await redis.set('lock', name, 'NX')) === null) await step('try again');
        await redis.incr('done');
      },
      count: 2,
      maxSteps: 8,
      invariants: [],
    });
    const verdict = await explore(stuck, { environment, strategy: 'exhaustive' });
    expect(verdict).toMatchObject({ kind: 'incomplete', complete: false, invariant: undefined });
    // The search came to its end by itself, and yet nothing is proven: each execution ended in the middle of the loop.
    expect(verdict.executions).toBeLessThan(100);
    expect(verdict.capped).toBe(verdict.executions);
    expect(verdict.message).toBe(
      `${verdict.capped} of ${verdict.executions} executions hit a limit: 8 steps without an end; ` +
        'w2 repeats SET lock w2 NX, try again (3 times). Bound the retries, or raise maxSteps',
    );
  });

  test('should give up for sampling with a bound and an estimate, and not mistake one for the other', async () => {
    const hot = scenario({
      name: 'hot key',
      workers: ({ redis }) => redis.incr('c'),
      count: 8,
      invariants: [],
    });
    const verdict = await explore(hot, { environment, runs: 1000 });
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
      count: 8,
      invariants: [],
    });
    const verdict = await explore(hot, { environment, runs: 100 });
    expect(verdict).toMatchObject({ kind: 'incomplete', complete: false, executions: 100 });
    expect(verdict.strategy).toBe('rotate');
    expect(verdict.sampling!.classes).toBeGreaterThan(10);
  });
});
