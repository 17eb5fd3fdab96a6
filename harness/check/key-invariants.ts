import { checkedOptions, checkedPattern, checkedTime } from './arguments.js';
import { ScenarioError } from '../base/scenario-error.js';
import { glob } from './glob.js';
import type { History } from './history.js';
import { NO_KEY_LEFT, NO_STUCK_KEY, TTL_WITHIN } from './ids.js';
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

/**
 * What `ttlWithin` takes.
 *
 * @public
 */
export interface TtlOptions {
  /** Which keys: a glob as for KEYS, for example `lock:*`. */
  readonly keys: string;
  /** How much longer each of them may live at most, in ms. */
  readonly maxMs: number;
  /** How much longer at least, in ms. Default: any time. */
  readonly minMs?: number;
}

/**
 * Every key that is left and matches has a deadline that is not too far away (seconds taken for milliseconds), nor too near.
 *
 * @throws ScenarioError for options that make no sense
 * @example
 * ```ts
 * import { explore, scenario, ttlWithin } from 'redis-race-lab';
 *
 * const seconds = scenario({
 *   name: 'a lease in ms, given as seconds',
 *   workers: ({ redis, name }) => redis.set('lock:1', name, 'EX', 1000, 'NX'),
 *   invariants: [ttlWithin({ keys: 'lock:*', maxMs: 1000 })],
 * });
 * console.log((await explore(seconds)).invariant); // TTL within bounds
 * ```
 * @public
 */
export function ttlWithin(options: TtlOptions): Invariant {
  const name = 'ttlWithin';
  checkedOptions<TtlOptions>(name, options, { keys: true, maxMs: true, minMs: true });
  const { keys, maxMs, minMs = 0 } = options;
  checkedPattern(name, keys);
  checkedTime(name, '"maxMs"', maxMs);
  if (options.minMs !== undefined) checkedTime(name, '"minMs"', minMs);
  if (minMs > maxMs)
    throw new ScenarioError(`${name}: "minMs" is ${minMs}, more than "maxMs", which is ${maxMs}`);
  const bounds = minMs > 0 ? `${minMs} to ${maxMs} ms` : `at most ${maxMs} ms`;
  return invariant(TTL_WITHIN, async ({ redis }) => {
    let seen = false;
    for (const key of (await redis.keys(keys)).sort()) {
      const leftMs = await redis.pttl(key);
      // It may have run out in between.
      if (leftMs === -2) continue;
      seen = true;
      if (leftMs >= minMs && leftMs <= maxMs) continue;
      const observed = leftMs === -1 ? `${key} has no deadline` : `${key} lives for another ${leftMs} ms`;
      return {
        expected: `${key} lives for another ${bounds}`.replace('another at most', 'at most another'),
        observed,
      };
    }
    return seen ? undefined : { nothing: `no key like ${keys} was left to have a deadline` };
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
