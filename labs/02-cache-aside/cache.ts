import type { Redis } from 'ioredis';

/** How long an entry lasts, in seconds. */
export const EXPIRY_S = 60;

/** Asks the source of truth, which takes a while; null where it has nothing. */
export type Load = () => Promise<string | null>;

/** An old value, and whoever gets it is told so. */
export interface Stale {
  readonly stale: string;
}

/** What the variants of this lab offer: a price that is cached under a key. */
export interface Cache {
  /** Reads through the cache. */
  readonly read: (redis: Redis, key: string, load: Load) => Promise<string | Stale | null>;
  /**
   * Changes the source of truth, and sees to what is cached of it.
   *
   * @param save - writes the new value to the source of truth
   */
  readonly update: (redis: Redis, key: string, save: () => Promise<unknown>) => Promise<void>;
}
