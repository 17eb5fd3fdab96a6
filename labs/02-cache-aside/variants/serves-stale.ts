import type { Redis } from 'ioredis';
import type { Cache, Load, Stale } from '../cache.js';
import * as lease from './lease.js';

/** What is handed out where the cache fails. @param old - what this process has seen last */
type Fallback = (old: string) => string | Stale;

/** Remembers what it has seen, and hands that out where the cache fails. */
export function remembering(fallback: Fallback): Pick<Cache, 'read'> {
  const seen = new Map<string, string>();
  return {
    read: async (redis: Redis, key: string, load: Load) => {
      let loaded: string | null = null;
      try {
        const value = await lease.read(redis, key, async () => (loaded = await load()));
        if (value !== null) seen.set(key, value);
        return value;
      } catch {
        const old = seen.get(key);
        // What was loaded before the cache failed is as good as it would have been with the cache.
        return loaded ?? (old === undefined ? load() : fallback(old));
      }
    },
  };
}

/** As if nothing had happened. */
export const silently = (old: string): string => old;

/** The page can say "price of a minute ago", and the till can ask again. */
export const openly = (old: string): Stale => ({ stale: old });
