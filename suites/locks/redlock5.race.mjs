import { default as Redlock } from 'redlock5';
import { lockAdapter } from 'redis-race-lab/suite';

const tries = (waitMs) => ({ retryDelay: 200, retryJitter: 0, retryCount: Math.floor(waitMs / 200) });

export const redlock5 = lockAdapter({
  client: ({ redis }) => new Redlock([redis], tries(0)),
  acquire: ({ client, key, ttlMs, waitMs }) => client.acquire([key], ttlMs, tries(waitMs)),
  release: (lock) => lock.release().then(() => true),
  extend: (lock, { ttlMs }) => lock.extend(ttlMs),
  waits: true,
});
