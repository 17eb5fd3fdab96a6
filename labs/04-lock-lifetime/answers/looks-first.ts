import type { Redis } from 'ioredis';

/** Looks first. Between the look and the extension there is room for the end of the lease, and for another holder. */
export async function extend(redis: Redis, key: string, token: string, leaseMs: number): Promise<boolean> {
  if ((await redis.get(key)) !== token) return false;
  return (await redis.pexpire(key, leaseMs)) === 1;
}
