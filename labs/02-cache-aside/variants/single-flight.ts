import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { EXPIRY_S, type Load } from '../cache.js';

/** Longer than any load: after this time another one tries. */
const LOCK_MS = 5_000;
/** How long to wait before each further look: a load is over by then. */
const LOOK_AGAIN_MS = [150];

const DELETE_IF_OURS = `if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
  return redis.call('DEL', KEYS[1])`;

/** On a miss one loads, and the others wait for what it puts into the cache; not for ever. */
export async function read(redis: Redis, key: string, load: Load): Promise<string | null> {
  const token = randomUUID();
  const waits = [...LOOK_AGAIN_MS];
  for (;;) {
    const cached = await redis.get(key);
    if (cached !== null) return cached;
    if ((await redis.set(`${key}:lock`, token, 'PX', LOCK_MS, 'NX')) === 'OK') break;
    const waitMs = waits.shift();
    // The source of truth is what is to be spared: no load of our own, rather no price.
    if (waitMs === undefined) throw new Error(`somebody else is still loading ${key}`);
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
  try {
    // Between our look and our lock somebody else may have filled it.
    const filled = await redis.get(key);
    if (filled !== null) return filled;
    const value = await load();
    if (value !== null) await redis.set(key, value, 'EX', EXPIRY_S);
    return value;
  } finally {
    await redis.eval(DELETE_IF_OURS, 1, `${key}:lock`, token);
  }
}
