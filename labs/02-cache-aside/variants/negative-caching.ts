import type { Redis } from 'ioredis';
import type { Load } from '../cache.js';
import * as lease from './lease.js';
import { NOTHING } from './negative-forgotten.js';

/** "There is nothing" is a value like any other: it is filled under a lease, and removed by a change. */
export async function read(redis: Redis, key: string, load: Load): Promise<string | null> {
  const value = await lease.read(redis, key, async () => (await load()) ?? NOTHING);
  return value === NOTHING ? null : value;
}

export { update } from './lease.js';
