import { isDeepStrictEqual } from 'node:util';
import { asText } from '../base/shown.js';
import { checkedFunction, checkedOptional, checkedOptions, checkedText } from './arguments.js';
import { NO_STALE_ENTRY } from './ids.js';
import { invariant, type Invariant } from './invariant.js';

/**
 * What `noStaleEntry` takes.
 *
 * @public
 */
export interface StaleOptions {
  /** Where the entry is cached, as a string. */
  readonly key: string;
  /** What the source of truth holds now. */
  readonly truth: () => unknown;
  /** Makes of the stored string what the source of truth holds. Default: the string itself. */
  readonly read?: (stored: string) => unknown;
}

/**
 * No stale entry is left in a cache: it holds what the source of truth holds, or nothing. An entry that would expire later is
 * stale until then.
 *
 * @param options.key - where the entry is cached, as a string
 * @param options.truth - gives what the source of truth holds now, a `shared()` value say; compared deeply
 * @param options.read - makes that of the stored string; default: the string itself
 * @throws ScenarioError for options that make no sense
 * @example
 * ```ts
 * import { explore, noStaleEntry, scenario, shared } from 'redis-race-lab';
 *
 * const price = shared('price', '3');
 * const shop = scenario({
 *   name: 'shop',
 *   workers: [
 *     async ({ redis }) => {
 *       if ((await redis.get('tea')) === null) await redis.set('tea', await price.read(), 'EX', 60);
 *     },
 *     async ({ redis }) => {
 *       await price.write('4');
 *       await redis.del('tea');
 *     },
 *   ],
 *   invariants: [noStaleEntry({ key: 'tea', truth: price.read })],
 * });
 * console.log((await explore(shop)).kind); // breaks
 * ```
 * @public
 */
export function noStaleEntry(options: StaleOptions): Invariant {
  const { key, truth, read } = checkedOptions<StaleOptions>('noStaleEntry', options, {
    key: true,
    truth: true,
    read: true,
  });
  checkedText('noStaleEntry', '"key"', key);
  checkedFunction('noStaleEntry', '"truth"', truth);
  checkedOptional('noStaleEntry', options, 'function', 'read');
  return invariant(NO_STALE_ENTRY, async ({ redis, history }) => {
    const stored = await redis.get(key);
    if (stored === null)
      return history.mentions((argument) => argument === key)
        ? undefined
        : { nothing: `no command named ${key}` };
    const [cached, now] = [read === undefined ? stored : read(stored), await truth()];
    if (isDeepStrictEqual(cached, now)) return undefined;
    return { expected: `${key} = ${asText(now)}, or no entry`, observed: `${key} = ${asText(cached)}` };
  });
}
