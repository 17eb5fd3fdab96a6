import type { Arbitrary, Random, Value } from 'fast-check';
import { checkedFaultBudget } from '../scenario/checks.js';
import { ScenarioError } from '../scenario/errors.js';
import type { Scenario } from '../scenario/types.js';
import { TapeArbitrary } from '../explore/tape/tape-arbitrary.js';
import type { Tape } from '../explore/tape/tape.js';
import { drawnBy, Vacuity } from './vacuity.js';

/**
 * Tapes as a fast-check arbitrary: it generates executions, and shrinks a failing one to the simplest that fails in
 * the same way. It composes with other arbitraries, and `seed`, `path`, `numRuns`, `examples` and reporters work as
 * for any arbitrary.
 *
 * @param of - the scenario, or its size: `workerCount` workers are offered, so that some can be left out (give the largest
 *   number when it is generated), and up to `faultBudget` faults happen (default 0)
 * @throws ScenarioError for a number of workers that makes no race
 * @example
 * ```ts
 * import * as fc from 'fast-check';
 * import { scenario } from 'redis-race-lab';
 * import { holdsOn, tapes } from 'redis-race-lab/fast-check';
 *
 * const views = scenario({ name: 'views', workers: ({ redis }) => redis.incr('views'), invariants: [] });
 * await fc.assert(
 *   fc.asyncProperty(tapes(views), (tape) => holdsOn(views, tape)),
 *   { numRuns: 20 },
 * );
 * ```
 * @public
 */
export function tapes(
  of: Pick<Scenario, 'workers' | 'faults'> | { workerCount: number; faultBudget?: number },
): Arbitrary<Tape> {
  const workerCount = 'workers' in of ? of.workers.length : of.workerCount;
  const faultBudget = 'workers' in of ? of.faults.budget : (of.faultBudget ?? 0);
  if (!Number.isInteger(workerCount) || workerCount < 1)
    throw new ScenarioError(`${workerCount} workers make no race`);
  return new PropertyTapes(workerCount, checkedFaultBudget(faultBudget));
}

/** Tapes that know of which arbitrary they are. */
class PropertyTapes extends TapeArbitrary {
  readonly #vacuity = new Vacuity();

  override generate(random: Random): Value<Tape> {
    const tape = super.generate(random);
    drawnBy(tape.value_, this.#vacuity);
    return tape;
  }
}
