import type { Redis } from 'ioredis';
import { EXPIRY_S, type Load } from '../cache.js';

const MORE_TRIES = 3;
const DELAY_MS = 500;

/** Tries again, three times at most, half a second apart. */
export async function persistently<T>(attempt: () => Promise<T>): Promise<T> {
  for (let left = MORE_TRIES; ; left--) {
    try {
      return await attempt();
    } catch (error) {
      if (left === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, DELAY_MS));
    }
  }
}

/** The naive one, with patience. */
export async function read(redis: Redis, key: string, load: Load): Promise<string | null> {
  const cached = await persistently(() => redis.get(key));
  if (cached !== null) return cached;
  const value = await load();
  if (value !== null) await persistently(() => redis.set(key, value, 'EX', EXPIRY_S));
  return value;
}
