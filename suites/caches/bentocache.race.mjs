import { BentoCache, bentostore } from 'bentocache';
import { redisDriver } from 'bentocache/drivers/redis';
import { Redis } from 'ioredis';
import { cacheAdapter } from 'redis-race-lab/suite';

export const bentocache = cacheAdapter({
  client: ({ clientOptions }) => {
    const connection = new Redis(clientOptions).on('error', () => {});
    const store = bentostore().useL2Layer(redisDriver({ connection }));
    return new BentoCache({ default: 'redis', stores: { redis: store } });
  },
  getOrLoad: (factory, { client, key, ttlMs: ttl }) => client.getOrSet({ key, factory, ttl, grace: false }),
  invalidate: ({ client, key }) => client.delete({ key }),
  oneLoad: false,
  fallback: false,
});
