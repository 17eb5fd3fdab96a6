import { Ratelimit } from '@upstash/ratelimit';
import { limiterAdapter } from 'redis-race-lab/suite';

/** Upstash alone knows the flag in the first line of a script: any other Redis refuses a script with it. */
const plain = (script) => script.replace(/^#!.*/, '');
const clientOf = (redis) => ({
  evalsha: (hash, keys, args) => redis.evalsha(hash, keys.length, ...keys, ...args),
  eval: (script, keys, args) => redis.eval(plain(script), keys.length, ...keys, ...args),
});
export const upstash = limiterAdapter({
  client: ({ redis }) =>
    new Ratelimit({ redis: clientOf(redis), limiter: Ratelimit.fixedWindow(2, '1 s'), timeout: 0 }),
  hit: async ({ client, key }) => (await client.limit(key)).success,
  window: 'aligned',
});
