import type { Redis } from 'ioredis';

/** Puts our own token in the place of one that we have seen there; nobody gets in between. */
const REPLACE = `if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
  redis.call('SET', KEYS[1], ARGV[2])
  return 1`;

const DELETE_IF_OURS = `local found = redis.call('GET', KEYS[1])
  if not found or string.sub(found, 15) ~= ARGV[1] then return 0 end
  return redis.call('DEL', KEYS[1])`;

/** The lock holds its deadline, 13 digits. Who finds it taken may have it once that is over, by his own clock. */
export async function acquire(redis: Redis, key: string, token: string, leaseMs: number): Promise<boolean> {
  const value = (): string => `${Date.now() + leaseMs}:${token}`;
  if ((await redis.setnx(key, value())) === 1) return true;
  const found = await redis.get(key);
  if (found === null || Date.now() < Number(found.slice(0, 13))) return false;
  return (await redis.eval(REPLACE, 1, key, found, value())) === 1;
}

export async function release(redis: Redis, key: string, token: string): Promise<boolean> {
  return (await redis.eval(DELETE_IF_OURS, 1, key, token)) === 1;
}
