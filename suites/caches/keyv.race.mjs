import KeyvRedis from '@keyv/redis';
import { Keyv } from 'keyv';
import { cacheAdapter } from 'redis-race-lab/suite';

export const keyv = cacheAdapter({
  client: ({ url }) => new Keyv({ store: new KeyvRedis(url) }).on('error', () => {}),
  getOrLoad: async (load, { client, key, ttlMs }) => {
    const cached = await client.get(key);
    if (cached !== undefined) return cached;
    const value = await load();
    if (value !== null) await client.set(key, value, ttlMs);
    return value;
  },
  invalidate: ({ client, key }) => client.delete(key),
  oneLoad: false,
});
