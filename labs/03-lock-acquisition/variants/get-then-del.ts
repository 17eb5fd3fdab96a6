import type { Redis } from 'ioredis';

/** Takes the lock for a while; the token says that it is ours. */
export async function acquire(redis: Redis, key: string, token: string, leaseMs: number): Promise<boolean> {
  return (await redis.set(key, token, 'PX', leaseMs, 'NX')) === 'OK';
}

/** Removes the lock, but only if it is still ours. */
export async function release(redis: Redis, key: string, token: string): Promise<boolean> {
  if ((await redis.get(key)) !== token) return false;
  return (await redis.del(key)) === 1;
}
