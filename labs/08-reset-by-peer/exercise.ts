import type { Redis } from 'ioredis';
import { DONE, itemKey, LAST } from './api.js';

/**
 * Creates an item and answers with its number. The client sends the same `key` however often it sends one and the same request,
 * which it does when its connection is reset.
 */
export async function create(redis: Redis, key: string, name: string): Promise<string> {
  // TODO: do it once for each key, and answer the same every time. (What is one command for Redis, nobody gets in between of.)
  void key;
  const id = String(await redis.incr(LAST));
  await redis.multi().hset(itemKey(id), 'name', name).rpush(DONE, `create ${name}`).exec();
  return id;
}
