import * as fc from 'fast-check';
import type { Scenario } from '../harness/scenario/types.js';
import { scheduled } from './scheduled.js';
import type { Uncontrolled } from './uncontrolled.js';

/** Real time for one rival in one round. */
const RIVAL_MS = 300;
const RUNS_MAX = 20_000;

/** Runs a second, all workers at once. */
export async function stressed(rivals: Uncontrolled, cast: Scenario): Promise<number> {
  const start = performance.now();
  let runs = 0;
  for (; performance.now() - start < RIVAL_MS; runs++) await rivals.run(cast);
  return (runs / (performance.now() - start)) * 1000;
}

/** Runs a second, the scheduler of fast-check deciding which reply comes next. */
export async function underScheduler(rivals: Uncontrolled, cast: Scenario): Promise<number> {
  const start = performance.now();
  let runs = 0;
  const property = fc.asyncProperty(fc.scheduler(), async (scheduler) => {
    await scheduler.waitFor(rivals.run(cast, (redis, worker) => scheduled(redis, worker, scheduler)));
    runs += 1;
  });
  await fc.check(property, { seed: 1, numRuns: RUNS_MAX, interruptAfterTimeLimit: RIVAL_MS });
  return (runs / (performance.now() - start)) * 1000;
}
