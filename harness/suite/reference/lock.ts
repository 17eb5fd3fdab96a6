/** A lock that keeps, on one node, everything that its suite demands. */
import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { AcquireCall, LockCall } from '../adapters/lock.js';
import { lockAdapter, type SuiteAdapter } from '../adapters/suite-adapter.js';

/** What a holder knows. */
interface Held {
  readonly token: string;
  readonly fence: number;
}

/** Gives the lock, with a fencing token. What is sent again, since its answer was lost, finds its own lock, and gets the same answer. */
const ACQUIRE = `local owner = redis.call('HGET', KEYS[1], 'owner')
  if owner == ARGV[1] then return redis.call('HGET', KEYS[1], 'fence') end
  if owner then return false end
  local fence = redis.call('INCR', KEYS[2])
  redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'fence', fence)
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return tostring(fence)`;
const RELEASE = `if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] then return 0 end
  return redis.call('DEL', KEYS[1])`;
const EXTEND = `if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] then return 0 end
  return redis.call('PEXPIRE', KEYS[1], ARGV[2])`;

/** How long to wait before it asks again, in ms. */
const AGAIN_MS = 100;

async function acquire({ client, key, ttlMs, waitMs }: AcquireCall<Redis>): Promise<Held | null> {
  const token = randomUUID();
  const giveUpAt = Date.now() + waitMs;
  for (;;) {
    const askedAt = Date.now();
    const fence = await client.eval(ACQUIRE, 2, key, `${key}:fence`, token, ttlMs);
    if (fence !== null) {
      // The lease runs since the server gave it, which was not before it was asked.
      if (Date.now() - askedAt < ttlMs) return { token, fence: Number(fence) };
      await client.eval(RELEASE, 1, key, token);
    }
    if (Date.now() + AGAIN_MS > giveUpAt) return null;
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

/** The reference lock, for its suite. @internal */
export const referenceLock: SuiteAdapter = lockAdapter<Held>({
  acquire,
  release: async ({ token }, { client, key }) => (await client.eval(RELEASE, 1, key, token)) === 1,
  extend: async ({ token }, { client, key, ttlMs }: LockCall<Redis>) =>
    (await client.eval(EXTEND, 1, key, token, ttlMs)) === 1,
  token: ({ fence }) => fence,
  waits: true,
});
