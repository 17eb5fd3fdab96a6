import { checkedPattern } from './arguments.js';
import { glob } from './glob.js';
import type { History } from './history.js';
import { NO_KEY_LEFT, NO_STUCK_KEY } from './ids.js';
import { invariant, type Invariant, type NothingSeen } from './invariant.js';

/**
 * No key stays behind for ever: every key that matches has a deadline, or is gone.
 *
 * @param pattern - glob as for KEYS, for example `lock:*`
 * @throws ScenarioError for anything but a pattern
 * @example
 * ```ts
 * import { explore, noStuckKey, scenario } from 'redis-race-lab';
 *
 * const locking = scenario({
 *   name: 'a lock without expiry',
 *   workers: ({ redis }) => redis.set('lock:1', 'me', 'NX'),
 *   invariants: [noStuckKey('lock:*')],
 * });
 * console.log((await explore(locking)).kind); // breaks
 * ```
 * @public
 */
export function noStuckKey(pattern: string): Invariant {
  checkedPattern('noStuckKey', pattern);
  const check = invariant(NO_STUCK_KEY, async ({ redis, history }) => {
    const found = (await redis.keys(pattern)).sort();
    for (const key of found) {
      if ((await redis.pttl(key)) !== -1) continue;
      const type = await redis.type(key);
      const value = type === 'string' ? `${key} = ${await redis.get(key)}` : `${key} is a ${type}`;
      return { expected: `${key} has a deadline or is gone`, observed: `${value}, without a deadline` };
    }
    return found.length > 0 ? undefined : unlessNamed(history, pattern);
  });
  return { ...check, timeless: true };
}

/**
 * No key is left at all: what was acquired was given back.
 *
 * @param pattern - glob as for KEYS
 * @throws ScenarioError for anything but a pattern
 * @example
 * ```ts
 * import { explore, noKeyLeft, scenario } from 'redis-race-lab';
 *
 * const tidy = scenario({
 *   name: 'what is taken is given back',
 *   workers: async ({ redis }) => {
 *     if ((await redis.set('lock:1', 'me', 'NX')) !== null) await redis.del('lock:1');
 *   },
 *   invariants: [noKeyLeft('lock:*')],
 * });
 * console.log((await explore(tidy)).kind); // holds
 * ```
 * @public
 */
export function noKeyLeft(pattern: string): Invariant {
  checkedPattern('noKeyLeft', pattern);
  return invariant(NO_KEY_LEFT, async ({ redis, history }) => {
    const left = (await redis.keys(pattern)).sort();
    if (left.length === 0) return unlessNamed(history, pattern);
    return { expected: `no key ${pattern}`, observed: left.join(', ') };
  });
}

/** Keys that are gone were there, where a worker named them. Scripts may also put their names together. */
function unlessNamed(history: History, pattern: string): NothingSeen | undefined {
  const matches = glob(pattern);
  const [literal] = /^[^*?[\\]*/.exec(pattern)!;
  const named = history.mentions(
    (argument) => matches.test(argument) || (literal !== '' && argument.includes(literal)),
  );
  return named ? undefined : { nothing: `no key was like ${pattern}, and no command named one` };
}
