import type { Redis } from 'ioredis';

export async function acquire(redis: Redis, key: string, token: string, leaseMs: number): Promise<boolean> {
  if ((await redis.setnx(key, token)) === 0) return false;
  await redis.pexpire(key, leaseMs);
  return true;
}

export async function release(redis: Redis, key: string): Promise<boolean> {
  return (await redis.del(key)) === 1;
}
