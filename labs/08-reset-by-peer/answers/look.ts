import type { Redis } from 'ioredis';
import { DONE, itemKey, LAST } from '../api.js';

/** Looks first, and writes the answer down with the item. The same request may look in between. */
export async function create(redis: Redis, key: string, name: string): Promise<string> {
  const known = await redis.get(`key:${key}`);
  if (known !== null) return known;
  const id = String(await redis.incr(LAST));
  await redis
    .multi()
    .set(`key:${key}`, id, 'EX', 86_400)
    .hset(itemKey(id), 'name', name)
    .rpush(DONE, `create ${name}`)
    .exec();
  return id;
}
