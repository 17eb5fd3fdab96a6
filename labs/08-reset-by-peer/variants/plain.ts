import type { Redis } from 'ioredis';
import { DONE, itemKey, LAST } from '../api.js';

/** Does what it is asked for, each time it is asked. */
export async function create(redis: Redis, _key: string, name: string): Promise<string> {
  const id = String(await redis.incr(LAST));
  await redis.multi().hset(itemKey(id), 'name', name).rpush(DONE, `create ${name}`).exec();
  return id;
}

/** The same. */
export async function update(redis: Redis, _key: string, id: string, name: string): Promise<boolean> {
  if ((await redis.exists(itemKey(id))) === 0) return false;
  await redis.multi().hset(itemKey(id), 'name', name).rpush(DONE, `update ${id}`).exec();
  return true;
}

/** The same. */
export async function remove(redis: Redis, _key: string, id: string): Promise<boolean> {
  if ((await redis.exists(itemKey(id))) === 0) return false;
  await redis.multi().del(itemKey(id)).rpush(DONE, `delete ${id}`).exec();
  return true;
}
