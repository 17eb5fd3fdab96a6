import type { Redis } from 'ioredis';
import * as unchecked from './unchecked.js';

/** The writer looks whether somebody with a larger number was there. The resource takes whatever comes. */
export async function write(redis: Redis, fence: number, text: string): Promise<boolean> {
  if (Number(await redis.hget('statement', 'fence')) > fence) return false;
  return unchecked.write(redis, fence, text);
}
