import type { RedisOptions } from 'ioredis';

/**
 * Options of the two named profiles. Reconnect delays are fixed: ioredis adds random jitter, which the lab does not
 * need, since it may fire any timer late.
 *
 * @internal
 */
export const PROFILES: Record<'defaults' | 'single-shot', RedisOptions> = {
  defaults: { retryStrategy: (times) => Math.min(2 ** (times - 1) * 50, 5000) },
  'single-shot': { retryStrategy: () => null, maxRetriesPerRequest: 0, autoResendUnfulfilledCommands: false },
};
