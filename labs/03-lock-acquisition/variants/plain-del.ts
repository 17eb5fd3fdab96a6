import type { Redis } from 'ioredis';

/** Takes the lock for a while; what happens to us afterwards does not matter. */
export async function acquire(redis: Redis, key: string, token: string, leaseMs: number): Promise<boolean> {
  return (await redis.set(key, token, 'PX', leaseMs, 'NX')) === 'OK';
}

export async function release(redis: Redis, key: string): Promise<boolean> {
  return (await redis.del(key)) === 1;
}
