import { USUAL_FAULTS } from '../faults/catalogue.js';
import { faultSpec } from '../faults/spec.js';
import { checkedFaultBudget, checkedTransport, checkedWorkerCount } from './checks.js';
import { ScenarioError } from './errors.js';
import type { Scenario, Transport, WorkerBody } from './types.js';

/** Everybody who takes part, those in the background last: the worker with number n is the nth. @internal */
export function bodiesOf({ workers, background }: Pick<Scenario, 'workers' | 'background'>): WorkerBody[] {
  return [...workers, ...background];
}

/** Are there several workers with no difference between them, nor one that a fault would make? @internal */
export function areAlike({ interchangeable, workers, background, faults }: Scenario): boolean {
  return (
    interchangeable &&
    background.length === 0 &&
    workers.length > 1 &&
    faults.specs.every(({ at }) => at?.worker === undefined)
  );
}

/** Do all workers live in one process? Not where each has a client of its own, and nothing else in common. @internal */
export function isOneProcess({ sharedClient, app }: Pick<Scenario, 'sharedClient' | 'app'>): boolean {
  return sharedClient || app !== undefined;
}

/**
 * The same scenario with another number of workers.
 *
 * @throws ScenarioError when its workers differ
 * @example
 * ```ts
 * import { scenario, withWorkerCount } from 'redis-race-lab';
 *
 * const two = scenario({ name: 'views', workers: ({ redis }) => redis.incr('views'), invariants: [] });
 * console.log(withWorkerCount(two, 5).workers.length); // 5
 * ```
 * @public
 */
export function withWorkerCount(original: Scenario, workerCount: number): Scenario {
  checkedWorkerCount(workerCount);
  if (!original.uniform && workerCount !== original.workers.length) {
    throw new ScenarioError(
      `"${original.name}" has ${original.workers.length} different workers: their number cannot be changed`,
    );
  }
  const body = original.workers[0]!;
  return {
    ...original,
    workers: original.uniform ? Array.from({ length: workerCount }, () => body) : original.workers,
  };
}

/**
 * The same scenario with another number of faults in one execution; the usual faults where it plans none.
 *
 * @throws ScenarioError for a negative number
 * @example
 * ```ts
 * import { scenario, withFaultBudget } from 'redis-race-lab';
 *
 * const calm = scenario({ name: 'views', workers: ({ redis }) => redis.incr('views'), invariants: [] });
 * console.log(withFaultBudget(calm, 1).faults.budget); // 1
 * ```
 * @public
 */
export function withFaultBudget(original: Scenario, budget: number): Scenario {
  const { specs } = original.faults;
  return {
    ...original,
    faults: {
      // Without any fault there is none to ask for.
      ...(budget > 0 ? original.faults : {}),
      specs: specs.length > 0 ? specs : USUAL_FAULTS.map(faultSpec),
      budget: checkedFaultBudget(budget),
    },
  };
}

/**
 * The same scenario with its clients reaching the lab in another way.
 *
 * @throws ScenarioError for an unknown transport
 * @example
 * ```ts
 * import { explore, scenario, withTransport } from 'redis-race-lab';
 *
 * const views = scenario({ name: 'views', workers: ({ redis }) => redis.incr('views'), invariants: [] });
 * console.log((await explore(withTransport(views, 'hook'))).kind); // holds
 * ```
 * @public
 */
export function withTransport(original: Scenario, transport: Transport): Scenario {
  return { ...original, transport: checkedTransport(transport) };
}
