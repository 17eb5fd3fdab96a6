import type { Redis } from 'ioredis';

/** How long a request may still be repeated, in seconds. */
const REMEMBER_S = 3600;

/** Counts, unless this request was counted before; marker and counter change together or not at all. */
const COUNT_ONCE = `
  if redis.call('SET', KEYS[2], 1, 'NX', 'EX', ARGV[1]) then return redis.call('INCR', KEYS[1]) end
  return tonumber(redis.call('GET', KEYS[1]))`;

/**
 * Counts one view of a page. May be sent any number of times for one request: it counts once.
 *
 * @param requestId - unique for the request, and the same for every repetition of it
 */
export async function countView(redis: Redis, key: string, requestId: string): Promise<number> {
  return Number(await redis.eval(COUNT_ONCE, 2, key, `${key}:seen:${requestId}`, REMEMBER_S));
}
