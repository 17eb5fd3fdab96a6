import './bluebird.mjs';
import Redlock from 'redlock4';
import { lockAdapter } from 'redis-race-lab/suite';

const tries = (waitMs) => ({ retryDelay: 200, retryJitter: 0, retryCount: Math.floor(waitMs / 200) });

export const redlock4 = lockAdapter({
  acquire: ({ client, key, ttlMs, waitMs }) => new Redlock([client], tries(waitMs)).lock(key, ttlMs),
  release: (lock) => lock.unlock().then(() => true),
  extend: (lock, { ttlMs }) => lock.extend(ttlMs),
  waits: true,
});
