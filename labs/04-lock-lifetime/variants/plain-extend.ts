import type { Redis } from 'ioredis';

/** Makes the lease longer, whoever has it. */
export async function extend(redis: Redis, key: string, _token: string, leaseMs: number): Promise<boolean> {
  return (await redis.pexpire(key, leaseMs)) === 1;
}
