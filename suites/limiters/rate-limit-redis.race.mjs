import { rateLimit } from 'express-rate-limit';
import { RedisStore } from 'rate-limit-redis';
import { limiterAdapter } from 'redis-race-lab/suite';

export const rateLimitRedis = limiterAdapter({
  client: ({ redis }) => {
    const store = new RedisStore({ sendCommand: (...command) => redis.call(...command) });
    const own = { keyGenerator: ({ key }) => key, handler: ({ answer }) => answer(false) };
    const headless = { legacyHeaders: false, validate: false, logger: { error() {}, warn() {} } };
    return rateLimit({ windowMs: 1000, limit: 2, store, ...headless, ...own });
  },
  hit: ({ client: middleware, key }) =>
    new Promise((answer, reject) => {
      middleware({ key, answer }, {}, (error) => (error ? reject(error) : answer(true)));
    }),
});
