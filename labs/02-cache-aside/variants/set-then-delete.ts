import type { Redis } from 'ioredis';

export { read } from './naive.js';

/** Changes the source of truth, then removes the entry. */
export async function update(redis: Redis, key: string, save: () => Promise<unknown>): Promise<void> {
  await save();
  await redis.del(key);
}
