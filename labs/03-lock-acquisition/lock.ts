import type { Redis } from 'ioredis';

/** What every variant of this lab offers. */
export interface Lock {
  /**
   * Tries once to take the lock.
   *
   * @param token - tells this holder from every other one
   * @param leaseMs - after this time the lock is free again, whatever happens to its holder
   * @returns whether the caller holds the lock now
   */
  readonly acquire: (redis: Redis, key: string, token: string, leaseMs: number) => Promise<boolean>;
  /**
   * Gives the lock back.
   *
   * @returns whether there was a lock to be removed
   */
  readonly release: (redis: Redis, key: string, token: string) => Promise<boolean>;
}
