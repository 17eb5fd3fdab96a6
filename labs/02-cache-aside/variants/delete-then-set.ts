import type { Redis } from 'ioredis';

export { read } from './naive.js';

/** Removes the entry, then changes the source of truth. */
export async function update(redis: Redis, key: string, save: () => Promise<unknown>): Promise<void> {
  await redis.del(key);
  await save();
}
