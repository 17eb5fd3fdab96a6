import type { Redis } from 'ioredis';

/** The number goes with the statement, and nobody looks at it. */
const WRITE = `redis.call('HSET', KEYS[1], 'fence', ARGV[1], 'text', ARGV[2])
  return 1`;

export async function write(redis: Redis, fence: number, text: string): Promise<boolean> {
  return (await redis.eval(WRITE, 1, 'statement', fence, text)) === 1;
}
