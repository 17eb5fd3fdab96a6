import type { Redis } from 'ioredis';

/** Removes the lock by a timer, should its holder not do it. The timer dies with the process. */
export async function acquire(redis: Redis, key: string, token: string, leaseMs: number): Promise<boolean> {
  if ((await redis.setnx(key, token)) === 0) return false;
  setTimeout(() => void redis.del(key), leaseMs);
  return true;
}
