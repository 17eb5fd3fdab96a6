/** Suites as tests of Vitest. */
import { describe, test } from 'vitest';
import { isQuiet } from '../assert/quiet.js';
import { suiteTests, type SuiteTestOptions } from '../assert/suite-tests.js';
import { viewFor } from '../assert/view.js';
import type { SuiteKind } from '../suite/adapters/adapter.js';
import type { SuiteAdapter } from '../suite/adapters/suite-adapter.js';
import { errorLine } from './error-line.js';
import { notRed } from './not-red.js';
import { writesToTerminal } from './terminal.js';
import { told } from './told.js';

/**
 * Tests what becomes of a lock in every hazard that there is for it: a test each.
 *
 * @param name - of the lock
 * @throws ScenarioError for what `lockAdapter` did not return
 * @example
 * ```ts
 * import { lockAdapter } from 'redis-race-lab/suite';
 *
 * // In a test file, lockSuite('my lock', myLock) of redis-race-lab/vitest makes a test of each hazard.
 * const myLock = lockAdapter({
 *   acquire: async ({ client, key, ttlMs }) => client.set(key, 'taken', 'PX', ttlMs, 'NX'),
 *   release: async (_, { client, key }) => (await client.del(key)) === 1,
 * });
 * console.log(myLock.suite); // lock
 * ```
 * @public
 */
export function lockSuite(name: string, adapter: SuiteAdapter, options: SuiteTestOptions = {}): void {
  asTests('lock', name, adapter, options);
}

/**
 * Tests what becomes of a cache in every hazard that there is for it: a test each.
 *
 * @param name - of the cache
 * @throws ScenarioError for what `cacheAdapter` did not return
 * @example
 * ```ts
 * import { cacheAdapter } from 'redis-race-lab/suite';
 *
 * // In a test file, cacheSuite('my cache', myCache) of redis-race-lab/vitest makes a test of each hazard.
 * const myCache = cacheAdapter({
 *   getOrLoad: async (load, { client, key, ttlMs }) => {
 *     const cached = await client.get(key);
 *     if (cached !== null) return cached;
 *     const value = await load();
 *     if (value !== null) await client.set(key, value, 'PX', ttlMs);
 *     return value;
 *   },
 *   invalidate: ({ client, key }) => client.del(key),
 * });
 * console.log(myCache.suite); // cache
 * ```
 * @public
 */
export function cacheSuite(name: string, adapter: SuiteAdapter, options: SuiteTestOptions = {}): void {
  asTests('cache', name, adapter, options);
}

/**
 * Tests what becomes of a limiter in every hazard that there is for it: a test each.
 *
 * @param name - of the limiter
 * @throws ScenarioError for what `limiterAdapter` did not return
 * @example
 * ```ts
 * import { limiterAdapter } from 'redis-race-lab/suite';
 *
 * // In a test file, limiterSuite('my limiter', myLimiter) of redis-race-lab/vitest makes a test of each hazard.
 * const myLimiter = limiterAdapter({
 *   hit: async ({ client, key, limit }) => (await client.incr(key)) <= limit,
 * });
 * console.log(myLimiter.suite); // limiter
 * ```
 * @public
 */
export function limiterSuite(name: string, adapter: SuiteAdapter, options: SuiteTestOptions = {}): void {
  asTests('limiter', name, adapter, options);
}

// oxlint-disable vitest/expect-expect, vitest/valid-title, vitest/no-disabled-tests -- what is tested is somebody else's
function asTests(kind: SuiteKind, name: string, adapter: SuiteAdapter, options: SuiteTestOptions): void {
  describe(name, () => {
    for (const { title, skipped, run } of suiteTests(kind, name, adapter, options)) {
      const declare = test.skipIf(skipped !== undefined);
      declare(skipped === undefined ? title : `${title} (not applicable: ${skipped})`, async ({ signal }) => {
        const view = viewFor({ indent: 0, isTerminal: writesToTerminal() });
        const said = await run({
          signal,
          view,
          fail: (message) => new Error(notRed(message)),
          claimed: (verdict, claim) => told?.claim(verdict, claim),
        });
        if (!isQuiet()) errorLine(said);
      });
    }
  });
}
