import type { Redis } from 'ioredis';

/** May be sent again: an acquisition with the same token is the same acquisition. */
export async function acquire(redis: Redis, key: string, token: string, leaseMs: number): Promise<boolean> {
  if ((await redis.set(key, token, 'PX', leaseMs, 'NX')) === 'OK') return true;
  // Taken; perhaps by ourselves, with a SET whose reply got lost.
  return (await redis.get(key)) === token;
}

export { release } from './lua-release.js';
