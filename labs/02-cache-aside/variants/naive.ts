import type { Redis } from 'ioredis';
import { EXPIRY_S, type Load } from '../cache.js';

/** From the cache; on a miss from the source of truth, and then into the cache. */
export async function read(redis: Redis, key: string, load: Load): Promise<string | null> {
  const cached = await redis.get(key);
  if (cached !== null) return cached;
  const value = await load();
  if (value !== null) await redis.set(key, value, 'EX', EXPIRY_S);
  return value;
}

/** Leaves the cache alone: it will expire. */
export async function update(_redis: Redis, _key: string, save: () => Promise<unknown>): Promise<void> {
  await save();
}
