import type { Redis } from 'ioredis';

/**
 * Takes the lock, if nobody has it, for `leaseMs`. Who crashes between the two commands leaves a lock that nobody may
 * remove.
 */
export async function acquire(redis: Redis, key: string, token: string, leaseMs: number): Promise<boolean> {
  // TODO: take the lock and give it its deadline in one command. (SET can do more than set.)
  if ((await redis.setnx(key, token)) === 0) return false;
  await redis.pexpire(key, leaseMs);
  return true;
}
