import type { Redis } from 'ioredis';

/** Extends only while there is plenty of time left. Of the lease of whoever holds the lock by then. */
export async function extend(redis: Redis, key: string, _token: string, leaseMs: number): Promise<boolean> {
  if ((await redis.pttl(key)) < leaseMs / 4) return false;
  return (await redis.pexpire(key, leaseMs)) === 1;
}
