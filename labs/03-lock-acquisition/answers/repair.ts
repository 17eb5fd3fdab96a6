import type { Redis } from 'ioredis';

/** Whoever finds a lock without a deadline gives it one. Until somebody comes, it has none. */
export async function acquire(redis: Redis, key: string, token: string, leaseMs: number): Promise<boolean> {
  if ((await redis.setnx(key, token)) === 0) {
    if ((await redis.pttl(key)) === -1) await redis.pexpire(key, leaseMs);
    return false;
  }
  await redis.pexpire(key, leaseMs);
  return true;
}
