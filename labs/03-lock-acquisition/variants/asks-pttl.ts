import type { Redis } from 'ioredis';
import type { Grant } from '../job.js';

export { acquire, release } from './lua-release.js';

/** Redis knows how long the lock lasts. Whose lock, it does not say. */
export async function valid({ key }: Grant, redis: Redis): Promise<boolean> {
  return (await redis.pttl(key)) > 0;
}
