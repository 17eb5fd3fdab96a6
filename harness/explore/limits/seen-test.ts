import { real } from '../../clock/globals.js';
import { jestLimits } from './jest-limits.js';
import type { RunnerTest } from './runner-test.js';
import { vitestWorker } from './vitest-worker.js';

const LIMIT_NAME = 'testTimeout, or the last argument of test()';

/**
 * The test that is running, as its runner shows it to anybody: for explorations in tests that have not imported what this
 * package has for their runner.
 *
 * @returns undefined outside of any test, and where the runner shows nothing
 * @internal
 */
export function seenTest(): RunnerTest | undefined {
  return inVitest() ?? inJest();
}

function inVitest(): RunnerTest | undefined {
  const current = vitestWorker().current;
  if (current?.timeout === undefined) return undefined;
  return test(current.timeout, current.result?.startTime, current.context?.signal);
}

function inJest(): RunnerTest | undefined {
  const { testMs, startedAt } = jestLimits();
  return startedAt === undefined || testMs === undefined ? undefined : test(testMs, startedAt, undefined);
}

/** @param startedAt - in ms since 1970 */
function test(limitMs: number, startedAt: number | undefined, signal: AbortSignal | undefined): RunnerTest {
  const limit = limitMs > 0 ? limitMs : Infinity;
  const agoMs = startedAt === undefined ? 0 : real.Date.now() - startedAt;
  return { limitMs: limit, endsAtMs: real.now() - agoMs + limit, signal, limitName: LIMIT_NAME };
}
