import type { Redis } from 'ioredis';

export { read } from '../variants/naive.js';

const LONGER_THAN_A_LOAD_MS = 200;

/** Deletes once more, when whoever was loading must be done. A worker that is held up is done later than that. */
export async function update(redis: Redis, key: string, save: () => Promise<unknown>): Promise<void> {
  await save();
  await redis.del(key);
  await new Promise((resolve) => setTimeout(resolve, LONGER_THAN_A_LOAD_MS));
  await redis.del(key);
}
