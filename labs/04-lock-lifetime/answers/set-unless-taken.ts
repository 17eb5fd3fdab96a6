import type { Redis } from 'ioredis';

/** Not somebody else's, so it must be ours. A lock that was given back is nobody's. */
const SET_UNLESS_TAKEN = `local owner = redis.call('GET', KEYS[1])
  if owner and owner ~= ARGV[1] then return 0 end
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  return 1`;

export async function extend(redis: Redis, key: string, token: string, leaseMs: number): Promise<boolean> {
  return (await redis.eval(SET_UNLESS_TAKEN, 1, key, token, leaseMs)) === 1;
}
