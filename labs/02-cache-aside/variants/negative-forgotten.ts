import type { Redis } from 'ioredis';
import { EXPIRY_S, type Load } from '../cache.js';

/** What stands in the cache for "there is nothing": no price is empty. */
export const NOTHING = '';

/** What is not there is cached, too, so that it is not asked for each time. */
export async function read(redis: Redis, key: string, load: Load): Promise<string | null> {
  const cached = await redis.get(key);
  if (cached !== null) return cached === NOTHING ? null : cached;
  const value = await load();
  await redis.set(key, value ?? NOTHING, 'EX', EXPIRY_S);
  return value;
}

/** A first price: there was none, so nothing is cached that would have to be removed. */
export async function update(_redis: Redis, _key: string, save: () => Promise<unknown>): Promise<void> {
  await save();
}
