import { RateLimiterRedis } from 'rate-limiter-flexible';
import { limiterAdapter } from 'redis-race-lab/suite';

export const rateLimiterFlexible = limiterAdapter({
  client: ({ redis }) => new RateLimiterRedis({ storeClient: redis, points: 2, duration: 1 }),
  hit: ({ client, key }) =>
    client.consume(key).then(
      () => true,
      (refused) => (refused instanceof Error ? Promise.reject(refused) : false),
    ),
  limit: 2,
  windowMs: 1000,
});
