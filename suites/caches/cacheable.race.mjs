import KeyvRedis from '@keyv/redis';
import { cacheAdapter } from 'redis-race-lab/suite';
import { afresh } from '../locks/afresh.mjs';

export const cacheable = cacheAdapter({
  client: ({ url }) => {
    const { Cacheable } = afresh('cacheable', '@cacheable/utils');
    return new Cacheable({ primary: new KeyvRedis(url) }).on('error', () => {});
  },
  getOrLoad: (load, { client, key, ttlMs: ttl }) => client.getOrSet(key, load, { ttl }),
  invalidate: ({ client, key }) => client.delete(key),
  oneLoad: false,
  fallback: false,
});
