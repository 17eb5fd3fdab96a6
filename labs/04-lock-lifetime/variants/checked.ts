import type { Redis } from 'ioredis';

/** The resource remembers the largest number that it has seen, and takes nothing with a smaller one. */
const WRITE_UNLESS_OLDER = `local seen = tonumber(redis.call('HGET', KEYS[1], 'fence')) or 0
  if tonumber(ARGV[1]) < seen then return 0 end
  redis.call('HSET', KEYS[1], 'fence', ARGV[1], 'text', ARGV[2])
  return 1`;

export async function write(redis: Redis, fence: number, text: string): Promise<boolean> {
  return (await redis.eval(WRITE_UNLESS_OLDER, 1, 'statement', fence, text)) === 1;
}
