import type { Redis } from 'ioredis';
import { DONE, itemKey, LAST } from '../api.js';

/** Waits a moment, so that the first request is done by then, and looks. */
export async function create(redis: Redis, key: string, name: string): Promise<string> {
  await new Promise((resolve) => setTimeout(resolve, 100));
  const known = await redis.get(`key:${key}`);
  if (known !== null) return known;
  const id = String(await redis.incr(LAST));
  await redis.set(`key:${key}`, id, 'EX', 86_400);
  await redis.multi().hset(itemKey(id), 'name', name).rpush(DONE, `create ${name}`).exec();
  return id;
}
