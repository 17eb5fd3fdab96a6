import type { Redis } from 'ioredis';
import { EXPIRY_S } from '../cache.js';

export { update } from '../variants/set-then-delete.js';

const TRIES = 5;

/** Loads until it gets the same twice, and fills with that. The price may change after the second time, too. */
export async function read(
  redis: Redis,
  key: string,
  load: () => Promise<string | null>,
): Promise<string | null> {
  const cached = await redis.get(key);
  if (cached !== null) return cached;
  let value = await load();
  for (let tries = 1; tries < TRIES; tries++) {
    const again = await load();
    if (again === value) break;
    value = again;
  }
  if (value !== null) await redis.set(key, value, 'EX', EXPIRY_S);
  return value;
}
