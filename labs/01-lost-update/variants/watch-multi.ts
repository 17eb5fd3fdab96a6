import type { Redis } from 'ioredis';

const ATTEMPTS = 5;

/**
 * Counts one view of a page, optimistically: WATCH the key, read it, and write only if nobody else has written
 * meanwhile. EXEC answers null when somebody has; then start over.
 */
export async function countView(redis: Redis, key: string): Promise<number> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    await redis.watch(key);
    const views = Number(await redis.get(key));
    const done = await redis
      .multi()
      .set(key, views + 1)
      .exec();
    if (done !== null) return views + 1;
  }
  throw new Error(`${key} changed ${ATTEMPTS} times while it was being counted`);
}
