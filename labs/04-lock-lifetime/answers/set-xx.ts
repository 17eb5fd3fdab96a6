import type { Redis } from 'ioredis';

/** Sets the lock anew if there is one. Whose it is does not matter to XX. */
export async function extend(redis: Redis, key: string, token: string, leaseMs: number): Promise<boolean> {
  return (await redis.set(key, token, 'PX', leaseMs, 'XX')) === 'OK';
}
