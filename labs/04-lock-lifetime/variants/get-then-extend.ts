import type { Redis } from 'ioredis';

/** Looks whether the lock is still ours before it makes the lease longer. */
export async function extend(redis: Redis, key: string, token: string, leaseMs: number): Promise<boolean> {
  if ((await redis.get(key)) !== token) return false;
  return (await redis.pexpire(key, leaseMs)) === 1;
}
