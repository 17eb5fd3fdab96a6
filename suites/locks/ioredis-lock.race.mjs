import './bluebird.mjs';
import Redis from 'ioredis4';
import { lockAdapter } from 'redis-race-lab/suite';
import { afresh } from './afresh.mjs';

export const ioredisLock = lockAdapter({
  client: ({ clientOptions }) => ({ redis: new Redis(clientOptions), ...afresh('ioredis-lock', 'uuid') }),
  acquire: async ({ client: { redis, createLock }, key, ttlMs, waitMs }) => {
    const lock = createLock(redis, { timeout: ttlMs, delay: 200, retries: Math.floor(waitMs / 200) });
    return lock.acquire(key).then(() => lock);
  },
  release: (lock) => lock.release().then(() => true),
  extend: (lock, { ttlMs }) => lock.extend(ttlMs).then(() => true),
  waits: true,
});
