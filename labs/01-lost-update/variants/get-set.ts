import type { Redis } from 'ioredis';

/** Counts one view of a page: read the number, add one, write it back. */
export async function countView(redis: Redis, key: string): Promise<number> {
  const views = Number(await redis.get(key));
  await redis.set(key, views + 1);
  return views + 1;
}
