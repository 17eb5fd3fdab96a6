import type { Redis } from 'ioredis';
import { DONE, itemKey, LAST } from '../api.js';

/** Whoever reserves the key does the work; the others answer with what stands there, which may be nothing yet. */
export async function create(redis: Redis, key: string, name: string): Promise<string> {
  if ((await redis.set(`key:${key}`, '', 'EX', 86_400, 'NX')) === null)
    return (await redis.get(`key:${key}`)) ?? '';
  const id = String(await redis.incr(LAST));
  await redis.multi().hset(itemKey(id), 'name', name).rpush(DONE, `create ${name}`).exec();
  await redis.set(`key:${key}`, id, 'EX', 86_400);
  return id;
}
