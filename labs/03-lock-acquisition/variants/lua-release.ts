import type { Redis } from 'ioredis';

/** Removes the lock, but only if it is still ours; nobody gets in between. */
const DELETE_IF_OURS = `if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
  return redis.call('DEL', KEYS[1])`;

export async function acquire(redis: Redis, key: string, token: string, leaseMs: number): Promise<boolean> {
  return (await redis.set(key, token, 'PX', leaseMs, 'NX')) === 'OK';
}

export async function release(redis: Redis, key: string, token: string): Promise<boolean> {
  return (await redis.eval(DELETE_IF_OURS, 1, key, token)) === 1;
}
