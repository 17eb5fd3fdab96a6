import { inspect } from 'node:util';
import { createLock, IoredisAdapter } from 'redlock-universal';
import { lockAdapter } from 'redis-race-lab/suite';

const late = (e) => Promise.reject(/timed out/.test(inspect(e)) ? new Error('command timed out') : e);
export const redlockUniversal = lockAdapter({
  client: ({ redis }) => new IoredisAdapter(redis),
  acquire: async ({ client: adapter, key, ttlMs: ttl, waitMs }) => {
    const lock = createLock({ adapter, key, ttl, retryDelay: 200, retryAttempts: Math.floor(waitMs / 200) });
    return { lock, handle: await lock.acquire().catch(late) };
  },
  release: ({ lock, handle }) => lock.release(handle).catch(late),
  extend: ({ lock, handle }, { ttlMs }) => lock.extend(handle, ttlMs).catch(late),
  waits: true,
});
