import type { Redis } from 'ioredis';
import { checkedOptional, checkedOptions, checkedText } from '../arguments.js';
import type { History } from '../history.js';
import { NO_GHOST_LOCK } from '../ids.js';
import { invariant, type Invariant, type NothingSeen } from '../invariant.js';
import { checkGrantOptions, GRANT_OPTIONS, isRefused, type GrantOptions } from './grants.js';

/**
 * What `noGhostLock` takes.
 *
 * @public
 */
export interface GhostOptions extends GrantOptions {
  /** The lock. */
  readonly key: string;
  /** Reads the token of the owner, null where there is none; default: the value of the key, a string. */
  readonly token?: (redis: Redis, key: string) => Promise<string | null>;
}

/**
 * No lock is left whose owner was told that it does not have it: such a lock keeps everybody out, and nobody in. The owner is
 * who first sent a command on the key with the token that is stored there.
 *
 * @param options.key - the lock; its value is the token of its owner, or `token` reads that
 * @param options.acquire - name of the operation that takes the lock; default `acquire`
 * @throws ScenarioError for options that make no sense
 * @example
 * ```ts
 * import { explore, noGhostLock, scenario } from 'redis-race-lab';
 *
 * const resent = scenario({
 *   name: 'SET NX, sent again after its reply was lost',
 *   workers: async ({ redis, name, operation }) => {
 *     const take = () => redis.set('lock', name, 'PX', 1000, 'NX');
 *     if ((await operation('acquire', take)) !== null) await redis.del('lock');
 *   },
 *   faults: { kinds: ['reset-after-apply'] },
 *   invariants: [noGhostLock({ key: 'lock' })],
 * });
 * console.log((await explore(resent)).invariant); // no ghost lock
 * ```
 * @public
 */
export function noGhostLock(options: GhostOptions): Invariant {
  const name = 'noGhostLock';
  checkedOptions<GhostOptions>(name, options, { key: true, ...GRANT_OPTIONS, token: true });
  const { key, acquire = 'acquire', token: read = stored } = options;
  checkedText(name, '"key"', key);
  checkGrantOptions(name, options);
  checkedOptional(name, options, 'function', 'token');
  return invariant(NO_GHOST_LOCK, async ({ redis, history }) => {
    const token = await read(redis, key);
    if (token === null) return unlessAcquired(history, options);
    const owner = history.ranOn(key).find(({ command }) => command.includes(token))?.worker;
    const answers = owner === undefined ? [] : history.operationsOf(owner, acquire);
    if (answers.length === 0 || !answers.every((answer) => isRefused(answer, options)))
      return unlessAcquired(history, options);
    return {
      expected: `who owns ${key} knows it`,
      observed: `${key} holds the token of w${owner}, which was told that the lock is taken`,
    };
  });
}

function stored(redis: Redis, key: string): Promise<string | null> {
  return redis.get(key);
}

/** Without any try to take the lock nobody could be told anything. */
function unlessAcquired(
  history: History,
  { key, acquire = 'acquire' }: GhostOptions,
): NothingSeen | undefined {
  if (history.count(acquire, 'ok', 'failed', 'unknown', 'pending') === 0)
    return { nothing: `nobody ran an operation called "${acquire}"` };
  return history.mentions((argument) => argument === key)
    ? undefined
    : { nothing: `no command named ${key}` };
}
