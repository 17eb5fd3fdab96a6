import { Semaphore } from 'redis-semaphore';
import { lockAdapter } from 'redis-race-lab/suite';

const tries = (waitMs) => ({ acquireAttemptsLimit: Math.ceil(waitMs / 200) || 1, retryInterval: 200 });

export const semaphore = lockAdapter({
  acquire: async ({ client, key, ttlMs, waitMs }) => {
    const lock = new Semaphore(client, key, 1, { lockTimeout: ttlMs, refreshInterval: 0, ...tries(waitMs) });
    return (await lock.tryAcquire()) && lock;
  },
  release: (lock) => lock.release(),
  waits: true,
});
