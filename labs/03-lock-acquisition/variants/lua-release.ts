import type { Redis } from 'ioredis';

/** Removes KEYS[1], but only if it holds ARGV[1]; nobody gets in between. */
const COMPARE_AND_DELETE = `
  if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
  return redis.call('DEL', KEYS[1])`;

export async function acquire(redis: Redis, key: string, token: string, leaseMs: number): Promise<boolean> {
  return (await redis.set(key, token, 'PX', leaseMs, 'NX')) === 'OK';
}

export async function release(redis: Redis, key: string, token: string): Promise<boolean> {
  return (await redis.eval(COMPARE_AND_DELETE, 1, key, token)) === 1;
}
