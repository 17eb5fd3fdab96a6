import type { Redis } from 'ioredis';
import { EXPIRY_S } from '../cache.js';

export { update } from '../variants/set-then-delete.js';

/** Fills only where nothing is. After a change nothing is there: that is what the change did. */
export async function read(
  redis: Redis,
  key: string,
  load: () => Promise<string | null>,
): Promise<string | null> {
  const cached = await redis.get(key);
  if (cached !== null) return cached;
  const value = await load();
  if (value !== null) await redis.set(key, value, 'EX', EXPIRY_S, 'NX');
  return value;
}
