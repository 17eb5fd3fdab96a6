/** Adapters as the suites take them: checked, every default filled in, and known to be one. */
import { defined } from '../../base/defined.js';
import { ScenarioError } from '../../scenario/errors.js';
import { SUITE_KINDS, type SuiteKind } from './adapter.js';
import type { CacheAdapter } from './cache.js';
import { checkAdapter } from './checked.js';
import type { LimiterAdapter } from './limiter.js';
import type { LockAdapter } from './lock.js';

/** Everything but what may be missing has its default. */
type Filled<Adapter, Missing extends keyof Adapter> = Required<Omit<Adapter, Missing>> &
  Pick<Adapter, Missing>;

/** A lock as hazards use it. @internal */
export type SuiteLock = { readonly suite: 'lock' } & Filled<
  LockAdapter<any, any>,
  'client' | 'extend' | 'token'
>;

/** A cache as hazards use it. @internal */
export type SuiteCache = { readonly suite: 'cache' } & Filled<
  CacheAdapter<any>,
  'client' | 'update' | 'invalidate' | 'localLagMs'
>;

/** A limiter as hazards use it. @internal */
export type SuiteLimiter = { readonly suite: 'limiter' } & Filled<LimiterAdapter<any>, 'client'>;

/**
 * What `lockAdapter`, `cacheAdapter` and `limiterAdapter` return: a race file exports it, and `race-lab suite` finds it there.
 *
 * @public
 */
export interface SuiteAdapter {
  /** What it is an adapter of. */
  readonly suite: SuiteKind;
}

/**
 * Describes a lock for its suite.
 *
 * @throws ScenarioError for what makes no sense
 * @example
 * ```ts
 * import { lockAdapter, runSuite } from 'redis-race-lab/suite';
 *
 * const plain = lockAdapter({
 *   acquire: async ({ client, key, ttlMs }) => client.set(key, 'taken', 'PX', ttlMs, 'NX'),
 *   release: async (_, { client, key }) => (await client.del(key)) === 1,
 * });
 * const { results } = await runSuite('plain DEL', plain, { only: ['release-after-expiry'] });
 * console.log(results[0]?.outcome); // fail
 * ```
 * @public
 */
export function lockAdapter<Handle, Client = import('ioredis').Redis>(
  adapter: LockAdapter<Handle, Client>,
): SuiteAdapter {
  checkAdapter('lockAdapter', adapter, {
    client: 'function',
    acquire: 'needed function',
    release: 'needed function',
    extend: 'function',
    token: 'function',
    ttlMs: 'time',
    waits: 'flag',
    renews: 'flag',
    fair: 'flag',
  });
  const lock: SuiteLock = {
    suite: 'lock',
    ttlMs: 1000,
    waits: false,
    renews: false,
    fair: false,
    ...defined(adapter),
  };
  return lock;
}

/**
 * Describes a cache for its suite.
 *
 * @throws ScenarioError for what makes no sense
 * @example
 * ```ts
 * import { cacheAdapter, runSuite } from 'redis-race-lab/suite';
 *
 * const naive = cacheAdapter({
 *   getOrLoad: async (load, { client, key, ttlMs }) => {
 *     const cached = await client.get(key);
 *     if (cached !== null) return cached;
 *     const value = await load();
 *     if (value !== null) await client.set(key, value, 'PX', ttlMs);
 *     return value;
 *   },
 *   invalidate: ({ client, key }) => client.del(key),
 * });
 * const { results } = await runSuite('naive', naive, { only: ['stale-fill'] });
 * console.log(results[0]?.outcome); // fail
 * ```
 * @public
 */
export function cacheAdapter<Client = import('ioredis').Redis>(adapter: CacheAdapter<Client>): SuiteAdapter {
  checkAdapter('cacheAdapter', adapter, {
    client: 'function',
    getOrLoad: 'needed function',
    update: 'function',
    invalidate: 'function',
    ttlMs: 'time',
    oneLoad: 'flag',
    negative: 'flag',
    fallback: 'flag',
    localLagMs: 'time',
  });
  const cache: SuiteCache = {
    suite: 'cache',
    ttlMs: 1000,
    oneLoad: true,
    negative: false,
    fallback: true,
    ...defined(adapter),
  };
  return cache;
}

/**
 * Describes a limiter for its suite.
 *
 * @throws ScenarioError for what makes no sense
 * @example
 * ```ts
 * import { limiterAdapter, runSuite } from 'redis-race-lab/suite';
 *
 * const counts = limiterAdapter({
 *   hit: async ({ client, key, limit, windowMs }) => {
 *     const hits = await client.incr(key);
 *     if (hits === 1) await client.pexpire(key, windowMs);
 *     return hits <= limit;
 *   },
 * });
 * const { results } = await runSuite('INCR, then PEXPIRE', counts, { only: ['crash-in-between'] });
 * console.log(results[0]?.outcome); // fail
 * ```
 * @public
 */
export function limiterAdapter<Client = import('ioredis').Redis>(
  adapter: LimiterAdapter<Client>,
): SuiteAdapter {
  checkAdapter('limiterAdapter', adapter, {
    client: 'function',
    hit: 'needed function',
    window: ['fixed', 'sliding', 'bucket', 'aligned'],
    limit: 'count',
    windowMs: 'time',
    opens: 'flag',
  });
  const limiter: SuiteLimiter = {
    suite: 'limiter',
    window: 'fixed',
    limit: 2,
    windowMs: 1000,
    opens: false,
    ...defined(adapter),
  };
  return limiter;
}

/** Did one of these three make it? @internal */
export function isSuiteAdapter(value: unknown): value is SuiteAdapter {
  return (
    typeof value === 'object' &&
    value !== null &&
    'suite' in value &&
    SUITE_KINDS.includes(value.suite as SuiteKind)
  );
}

/** The adapter, if it is one of this kind. @throws ScenarioError for another one @internal */
export function adapterOf(kind: 'lock', given: SuiteAdapter): SuiteLock;
export function adapterOf(kind: 'cache', given: SuiteAdapter): SuiteCache;
export function adapterOf(kind: 'limiter', given: SuiteAdapter): SuiteLimiter;
export function adapterOf(kind: SuiteKind, given: SuiteAdapter): SuiteAdapter {
  if (isSuiteAdapter(given) && given.suite === kind) return given;
  throw new ScenarioError(`${kind}Suite takes what ${kind}Adapter({ … }) returns`);
}
