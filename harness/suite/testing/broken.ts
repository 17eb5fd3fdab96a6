/** For tests: what looks right and is not, each with what its suite has to find. */
import { randomUUID } from 'node:crypto';
import { cacheAdapter, limiterAdapter, lockAdapter } from '../adapters/suite-adapter.js';

const COMPARE_AND_DELETE = `if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
  return redis.call('DEL', KEYS[1])`;

/** No deadline: a lock whose holder is gone stays for ever. */
export const setnxForever = lockAdapter({
  acquire: async ({ client, key }) => {
    const token = randomUUID();
    return (await client.setnx(key, token)) === 1 ? token : null;
  },
  release: async (token, { client, key }) => (await client.eval(COMPARE_AND_DELETE, 1, key, token)) === 1,
});

/** Gives back whatever lock there is. */
export const plainDel = lockAdapter({
  acquire: ({ client, key, ttlMs }) => client.set(key, randomUUID(), 'PX', ttlMs, 'NX'),
  release: async (_, { client, key }) => (await client.del(key)) === 1,
});

/** As the documentation of Redis has it: a token, a deadline, compare and delete. What it is told it believes. */
export const setNxPx = lockAdapter({
  acquire: async ({ client, key, ttlMs }) => {
    const token = randomUUID();
    return (await client.set(key, token, 'PX', ttlMs, 'NX')) === 'OK' ? token : null;
  },
  release: async (token, { client, key }) => (await client.eval(COMPARE_AND_DELETE, 1, key, token)) === 1,
  // Whoever has the lock by then.
  extend: async (_, { client, key, ttlMs }) => (await client.pexpire(key, ttlMs)) === 1,
});

/** A look and then a lock. */
export const looksFirst = lockAdapter({
  acquire: async ({ client, key, ttlMs }) => {
    if ((await client.exists(key)) === 1) return false;
    const token = randomUUID();
    await client.set(key, token, 'PX', ttlMs);
    return token;
  },
  release: async (token, { client, key }) => (await client.eval(COMPARE_AND_DELETE, 1, key, token)) === 1,
});

/** Cache-aside as everybody writes it. */
export const cacheAside = cacheAdapter({
  getOrLoad: async (load, { client, key, ttlMs }) => {
    const cached = await client.get(key);
    if (cached !== null) return cached;
    const value = await load();
    if (value !== null) await client.set(key, value, 'PX', ttlMs);
    return value;
  },
  invalidate: ({ client, key }) => client.del(key),
});

/** Entries that nobody removes, and that stay. */
export const neverForgets = cacheAdapter({
  getOrLoad: async (load, { client, key }) => {
    const cached = await client.get(key).catch(() => null);
    if (cached !== null) return cached;
    const value = await load();
    if (value !== null) await client.set(key, value).catch(() => null);
    return value;
  },
  oneLoad: false,
});

/** A counter, and then its deadline. */
export const incrThenExpire = limiterAdapter({
  hit: async ({ client, key, limit, windowMs }) => {
    const hits = await client.incr(key);
    if (hits === 1) await client.pexpire(key, windowMs);
    return hits <= limit;
  },
});

/** Looks how many there were, and then counts. */
export const countsAfterwards = limiterAdapter({
  hit: async ({ client, key, limit, windowMs }) => {
    if (Number(await client.get(key)) >= limit) return false;
    await client.multi().incr(key).pexpire(key, windowMs, 'NX').exec();
    return true;
  },
});
