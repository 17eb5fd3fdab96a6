import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { EXPIRY_S, type Load } from '../cache.js';

/** Longer than any load: a version that is gone is another one than that which a reader has seen. */
const VERSION_S = 86_400;

/** Fills the cache, but only where the version is still the one that was read before the value was loaded. */
const FILL = `
  if (redis.call('GET', KEYS[2]) or '') ~= ARGV[2] then return 0 end
  redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[3])
  return 1`;

/** Puts a new version in place of the old one, and removes the entry. */
const CHANGE = `
  redis.call('SET', KEYS[2], ARGV[1], 'EX', ARGV[2])
  return redis.call('DEL', KEYS[1])`;

function versionOf(key: string): string {
  return `${key}:version`;
}

/** The entry and its version are read in one step, so that a miss costs nothing more; whoever loads may fill. */
export async function read(redis: Redis, key: string, load: Load): Promise<string | null> {
  const [cached, version] = await redis.mget(key, versionOf(key));
  if (typeof cached === 'string') return cached;
  const value = await load();
  if (value !== null) await redis.eval(FILL, 2, key, versionOf(key), value, version ?? '', EXPIRY_S);
  return value;
}

/** Changes the source of truth, then the version: what was loaded before goes in nowhere. */
export async function update(redis: Redis, key: string, save: () => Promise<unknown>): Promise<void> {
  await save();
  await redis.eval(CHANGE, 2, key, versionOf(key), randomUUID(), VERSION_S);
}
