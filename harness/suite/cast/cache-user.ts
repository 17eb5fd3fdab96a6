import type { Shared } from '../../scenario/shared.js';
import type { WorkerBody, WorkerContext } from '../../scenario/types.js';
import type { SuiteCache } from '../adapters/suite-adapter.js';
import { CACHE_OPERATIONS, textOf } from '../checks/cache-checks.js';
import { clientOf, KEY } from './client-of.js';

/** Somebody who uses a cache: what it is told is recorded, and no error ends it. @internal */
export interface CacheUser {
  readonly read: () => Promise<void>;
  /** Makes the next version, through the cache. */
  readonly change: () => Promise<void>;
  /** The same, and nobody tells the cache. */
  readonly changeBehind: () => Promise<void>;
  readonly sleep: WorkerContext['sleep'];
  readonly step: WorkerContext['step'];
}

/** A worker that uses a cache. @param truth - the version that the source of truth has; 0: there is nothing @internal */
export function cacheUser(
  cache: SuiteCache,
  truth: Shared<number>,
  script: (user: CacheUser) => Promise<unknown>,
): WorkerBody {
  return async (worker) => {
    const { operation, sleep, step } = worker;
    const call = { client: await clientOf(cache, worker), key: KEY, ttlMs: cache.ttlMs };
    const load = (): Promise<string | null> =>
      operation(CACHE_OPERATIONS.load, async () => textOf(await truth.read()));

    const attempt = (name: string, body: () => Promise<unknown>): Promise<void> =>
      operation(name, body).then(
        () => {},
        () => {},
      );
    const next = (): Promise<number> => truth.update((version) => version + 1);

    await script({
      read: () => attempt(CACHE_OPERATIONS.read, async () => (await cache.getOrLoad(load, call)) ?? null),
      change: () =>
        attempt(CACHE_OPERATIONS.change, async () => {
          let made = 0;
          const write = async (): Promise<string> => {
            made = await next();
            return textOf(made)!;
          };
          if (cache.update === undefined) {
            await write();
            await cache.invalidate!(call);
          } else await cache.update(write, call);
          return made;
        }),
      changeBehind: () => attempt(CACHE_OPERATIONS.changeBehind, next),
      sleep,
      step,
    });
  };
}
