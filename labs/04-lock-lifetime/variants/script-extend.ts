import type { Redis } from 'ioredis';

/** Makes the lease longer, but only if the lock is still ours; nobody gets in between. */
const EXTEND_IF_OURS = `if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
  return redis.call('PEXPIRE', KEYS[1], ARGV[2])`;

export async function extend(redis: Redis, key: string, token: string, leaseMs: number): Promise<boolean> {
  return (await redis.eval(EXTEND_IF_OURS, 1, key, token, leaseMs)) === 1;
}
