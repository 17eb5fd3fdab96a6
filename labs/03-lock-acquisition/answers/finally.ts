import type { Redis } from 'ioredis';

/** Gives the lock back when it cannot be given a deadline. A process that is gone gives nothing back. */
export async function acquire(redis: Redis, key: string, token: string, leaseMs: number): Promise<boolean> {
  if ((await redis.setnx(key, token)) === 0) return false;
  let done = false;
  try {
    done = (await redis.pexpire(key, leaseMs)) === 1;
  } finally {
    if (!done) await redis.del(key);
  }
  return done;
}
