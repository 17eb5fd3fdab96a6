import type { Redis } from 'ioredis';
import * as careful from './lua-release.js';

/** @throws the connection's error: then nobody knows whether the lock is held, and the job does not run */
export { acquire } from './lua-release.js';

export async function release(redis: Redis, key: string, token: string): Promise<boolean> {
  // If this fails, the lease runs out by itself.
  return await careful.release(redis, key, token).catch(() => false);
}
