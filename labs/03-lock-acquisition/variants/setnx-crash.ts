import type { Redis } from 'ioredis';

/** SETNX sets the key only if it is not there yet: only one worker gets a 1. */
export async function acquire(redis: Redis, key: string, token: string): Promise<boolean> {
  return (await redis.setnx(key, token)) === 1;
}

export async function release(redis: Redis, key: string): Promise<boolean> {
  return (await redis.del(key)) === 1;
}
