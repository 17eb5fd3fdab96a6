import type { Redis } from 'ioredis';

/** Takes the lock, and sees to it that it goes away by itself if we cannot give it back. */
export async function acquire(redis: Redis, key: string, token: string, leaseMs: number): Promise<boolean> {
  if ((await redis.setnx(key, token)) === 0) return false;
  await redis.pexpire(key, leaseMs);
  return true;
}

export async function release(redis: Redis, key: string): Promise<boolean> {
  return (await redis.del(key)) === 1;
}
