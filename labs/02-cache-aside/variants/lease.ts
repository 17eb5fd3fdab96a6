import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { EXPIRY_S, type Load } from '../cache.js';

/** A lease lasts longer than any load. */
const LEASE_MS = 10_000;

/** Fills the cache, but only under the lease that was given out before the value was loaded. */
const FILL = `
  if redis.call('GET', KEYS[2]) ~= ARGV[2] then return 0 end
  redis.call('DEL', KEYS[2])
  redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[3])
  return 1`;

export function leaseOf(key: string): string {
  return `${key}:lease`;
}

/** On a miss a lease for filling is asked for, before the source of truth is. Who gets none loads, and does not fill. */
export async function read(redis: Redis, key: string, load: Load): Promise<string | null> {
  const cached = await redis.get(key);
  if (cached !== null) return cached;
  const token = randomUUID();
  const leased = await redis.set(leaseOf(key), token, 'PX', LEASE_MS, 'NX');
  const value = await load();
  if (leased === 'OK' && value !== null) await redis.eval(FILL, 2, key, leaseOf(key), value, token, EXPIRY_S);
  return value;
}

/** Changes the source of truth, then removes the entry, and whatever lease there is: it was for an older value. */
export async function update(redis: Redis, key: string, save: () => Promise<unknown>): Promise<void> {
  await save();
  await redis.del(key, leaseOf(key));
}
