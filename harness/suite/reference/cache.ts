/** A cache that keeps everything that its suite demands. */
import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { CacheCall } from '../adapters/cache.js';
import { cacheAdapter, type SuiteAdapter } from '../adapters/suite-adapter.js';

/** What stands in the cache for "there is nothing"; a value has `=` before it. */
const NOTHING = '-';
/** A lease for loading lasts longer than any load. */
const LEASE_MS = 5000;
/** How long to wait before another look at what somebody else loads, and how often. */
const LOOK_AGAIN_MS = 400;
const LOOKS = 3;

/** What is cached; else a lease for loading, unless somebody has one. What is sent again finds its own lease. */
const LOOK = `local cached = redis.call('GET', KEYS[1])
  if cached then return cached end
  local owner = redis.call('GET', KEYS[2])
  if owner and owner ~= ARGV[1] then return false end
  redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
  return ''`;
/** Fills the cache under the lease that was given out before the value was loaded: no change came in between. */
const FILL = `if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
  redis.call('DEL', KEYS[2])
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
  return 1`;

function leaseOf(key: string): string {
  return `${key}:lease`;
}

async function getOrLoad(
  load: () => Promise<string | null>,
  { client, key, ttlMs }: CacheCall<Redis>,
): Promise<string | null> {
  const token = randomUUID();
  for (let looks = 0; ; looks++) {
    const look = (): Promise<unknown> => client.eval(LOOK, 2, key, leaseOf(key), token, LEASE_MS);
    let cached: string | null;
    try {
      // Once more, since it may have got the lease and not know.
      cached = (await look().catch(look)) as string | null;
    } catch {
      // The source of truth is there all the time.
      return await load();
    }
    if (cached !== null && cached !== '') return cached === NOTHING ? null : cached.slice(1);
    const leased = cached === '';
    if (!leased && looks < LOOKS) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
      continue;
    }
    const value = await load();
    const filled = value === null ? NOTHING : `=${value}`;
    if (leased) {
      const fill = (): Promise<unknown> => client.eval(FILL, 2, key, leaseOf(key), token, filled, ttlMs);
      // Once more, since the lease keeps the others from it; then what could not be cached was loaded all the same.
      await fill()
        .catch(fill)
        .catch(() => {});
    }
    return value;
  }
}

/** The reference cache, for its suite. @internal */
export const referenceCache: SuiteAdapter = cacheAdapter({
  getOrLoad,
  // What is being loaded is of before the change: its lease goes with the entry.
  invalidate: ({ client, key }) => client.del(key, leaseOf(key)),
  negative: true,
});
