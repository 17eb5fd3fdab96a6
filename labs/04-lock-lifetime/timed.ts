import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { WorkerBody } from '../../harness/index.js';
import { LEASE_MS, LOCK } from './job.js';

/** A lock with a deadline. */
export interface TimedLock {
  readonly acquire: (redis: Redis, key: string, token: string, leaseMs: number) => Promise<boolean>;
  readonly release: (redis: Redis, key: string, token: string) => Promise<boolean>;
}

/** A job that takes the lock and pays at once, long before the lease is over. */
export function takenAtOnce({ acquire, release }: TimedLock): WorkerBody {
  return async ({ name, redis, step, operation, critical }) => {
    const token = `${name}:${randomUUID()}`;
    if (!(await operation('acquire', () => acquire(redis, LOCK, token, LEASE_MS)))) return;
    await critical(() => step('pay'));
    await operation('release', () => release(redis, LOCK, token));
  };
}
