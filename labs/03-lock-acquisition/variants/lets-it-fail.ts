import type { Redis } from 'ioredis';
import * as careful from './lua-release.js';

/**
 * Takes the lock, says that it is taken, or fails.
 *
 * @throws the connection's error: nobody knows whether the lock was set, so the job must not run
 */
export { acquire } from './lua-release.js';

export async function release(redis: Redis, key: string, token: string): Promise<boolean> {
  // If this fails, the lease runs out by itself.
  return await careful.release(redis, key, token).catch(() => false);
}
