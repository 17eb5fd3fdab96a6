import type { Redis } from 'ioredis';

/** As often as it is sent: with the same token, it is the same acquisition. */
export async function acquire(redis: Redis, key: string, token: string, leaseMs: number): Promise<boolean> {
  if ((await redis.set(key, token, 'PX', leaseMs, 'NX')) === 'OK') return true;
  // Taken; perhaps by ourselves, by an attempt whose reply got lost.
  return (await redis.get(key)) === token;
}

export { release } from './lua-release.js';
