import type { Redis } from 'ioredis';

/** Counts one view of a page: the server adds, in one command. */
export async function countView(redis: Redis, key: string): Promise<number> {
  return await redis.incr(key);
}
