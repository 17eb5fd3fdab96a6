import { ScenarioError } from '../base/scenario-error.js';
import { shown } from '../base/shown.js';
import { runningFor } from './running.js';

/**
 * A state that a scenario is meant to reach, in some execution at least: a lock that is already taken, a cache that was
 * stale. A pass names the states that no execution reached, since it says nothing about them; with `mustReach` in the
 * scenario it is none then. To be called in a worker or in an invariant, as often as one likes.
 *
 * @param name - the state, in words
 * @param condition - is it reached here and now?
 * @throws ScenarioError for a condition that is neither true nor false, such as a promise
 * @example
 * ```ts
 * import { explore, scenario, sometimes } from 'redis-race-lab';
 *
 * const locking = scenario({
 *   name: 'locking',
 *   workers: async ({ redis }) => {
 *     const taken = (await redis.set('lock', 'me', 'NX')) === null;
 *     sometimes('the lock is taken', taken);
 *     sometimes('the lock is taken twice', taken && (await redis.get('lock')) === null);
 *   },
 *   invariants: [],
 *   mustReach: ['the lock is taken'],
 * });
 * const { kind, unreached } = await explore(locking);
 * console.log(kind, unreached); // holds [ 'the lock is taken twice' ]
 * ```
 * @public
 */
export function sometimes(name: string, condition: boolean): void {
  if (typeof name !== 'string' || name === '')
    throw new ScenarioError(
      `a state needs a name, in words, not ${shown(name)}: sometimes('the lock is taken', …)`,
    );
  if (typeof condition !== 'boolean')
    throw new ScenarioError(`sometimes("${name}", …) takes true or false, not ${shown(condition)}`);
  const { running, flow } = runningFor(`sometimes("${name}", …) was called`);
  if (flow.alive) running.states.set(name, condition || running.states.get(name) === true);
}
