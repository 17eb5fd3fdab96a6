/** A limiter that keeps everything that its suite demands. */
import { randomUUID } from 'node:crypto';
import { limiterAdapter, type SuiteAdapter } from '../adapters/suite-adapter.js';

/**
 * Of the hits that were admitted, those of the last window, by the clock of the server. A hit that is sent again has its number already.
 */
const HIT = `local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  if redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 1 end
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[3])
  if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
  redis.call('ZADD', KEYS[1], now, ARGV[1])
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  return 1`;

/** The reference limiter, for its suite. @internal */
export const referenceLimiter: SuiteAdapter = limiterAdapter({
  hit: async ({ client, key, limit, windowMs }) => {
    try {
      return (await client.eval(HIT, 1, key, randomUUID(), limit, windowMs)) === 1;
    } catch {
      // Without Redis nobody is kept out.
      return true;
    }
  },
  window: 'sliding',
  opens: true,
});
