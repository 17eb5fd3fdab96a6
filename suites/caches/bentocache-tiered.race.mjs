import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { redisBusDriver, redisDriver } from 'bentocache/drivers/redis';
import { Redis } from 'ioredis';
import { cacheAdapter } from 'redis-race-lab/suite';
import { withBusId } from './bus-id.mjs';

export const bentocacheTiered = cacheAdapter({
  client: ({ clientOptions, name }) => {
    const connection = new Redis(clientOptions).on('error', () => {});
    const tiers = bentostore().useL1Layer(memoryDriver()).useL2Layer(redisDriver({ connection }));
    const store = tiers.useBus(withBusId(redisBusDriver({ connection }), name));
    return new BentoCache({ default: 'tiered', stores: { tiered: store } });
  },
  getOrLoad: (factory, { client, key, ttlMs: ttl }) => client.getOrSet({ key, factory, ttl, grace: false }),
  invalidate: ({ client, key }) => client.delete({ key }),
  oneLoad: false,
  localLagMs: 50,
});
