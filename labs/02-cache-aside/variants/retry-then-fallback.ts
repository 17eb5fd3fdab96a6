import type { Redis } from 'ioredis';
import { EXPIRY_S, type Load } from '../cache.js';
import { persistently } from './retry-gives-up.js';

/** With patience; then without the cache. */
export async function read(redis: Redis, key: string, load: Load): Promise<string | null> {
  const cached = await persistently(() => redis.get(key)).catch(() => null);
  if (cached !== null) return cached;
  const value = await load();
  // A price that could not be cached is a price. Nobody is kept waiting for the cache either.
  if (value !== null) await redis.set(key, value, 'EX', EXPIRY_S).catch(() => null);
  return value;
}
