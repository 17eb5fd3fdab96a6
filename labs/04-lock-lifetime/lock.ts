import type { Redis } from 'ioredis';

/**
 * Has the lease last `leaseMs` from now on.
 *
 * @param token - what the caller has written into the lock when it took it
 * @returns whether the caller still holds the lock
 */
export type Extend = (redis: Redis, key: string, token: string, leaseMs: number) => Promise<boolean>;
