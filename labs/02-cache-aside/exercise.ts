import type { Redis } from 'ioredis';

/** How long an entry lasts, in seconds. */
const EXPIRY_S = 60;

/** Reads through the cache. `load` asks the source of truth, which takes a while; meanwhile the price may change. */
export async function read(redis: Redis, key: string, load: () => Promise<string>): Promise<string> {
  const cached = await redis.get(key);
  if (cached !== null) return cached;
  const value = await load();
  // TODO: fill the cache only if the price was not changed since before it was loaded. (Ask for leave to fill, first.)
  await redis.set(key, value, 'EX', EXPIRY_S);
  return value;
}

/** Changes the price: `save` writes it to the source of truth. */
export async function update(redis: Redis, key: string, save: () => Promise<void>): Promise<void> {
  await save();
  await redis.del(key);
}
