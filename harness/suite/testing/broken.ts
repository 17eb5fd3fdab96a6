/** For tests: what looks right and is not, each with what its suite has to find. */
import { createHash, randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { CacheAdapter } from '../adapters/cache.js';
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

/** When its lease is over says the clock of whoever asks, and that is looked at before anything is sent. */
export const byOwnClock = lockAdapter({
  acquire: async ({ client, key, ttlMs }) => {
    const taken = `local over = redis.call('HGET', KEYS[1], 'over')
      if over and tonumber(over) > tonumber(ARGV[2]) then return false end
      return redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'over', ARGV[2] + ARGV[3])`;
    const token = randomUUID();
    return (await client.eval(taken, 1, key, token, Date.now(), ttlMs)) === null ? null : token;
  },
  release: async (token, { client, key }) => {
    const give = `if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] then return 0 end
      return redis.call('DEL', KEYS[1])`;
    return (await client.eval(give, 1, key, token)) === 1;
  },
});

/** The third who asks gets the lock, whoever has it: two of them never notice. */
export const thirdGetsIt = lockAdapter({
  acquire: async ({ client, key, ttlMs }) => {
    const take = `if redis.call('INCR', KEYS[2]) == 3 then return redis.call('SET', KEYS[1], ARGV[1]) end
      return redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2], 'NX')`;
    const token = randomUUID();
    const askedAt = Date.now();
    const answer = await client.eval(take, 2, key, `${key}:asked`, token, ttlMs);
    return answer !== null && Date.now() - askedAt < ttlMs && token;
  },
  release: async (token, { client, key }) => (await client.eval(COMPARE_AND_DELETE, 1, key, token)) === 1,
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

const RELEASE_HASH = createHash('sha1').update(COMPARE_AND_DELETE).digest('hex');

/** A script that is sent as a text once, and is thought to be known from then on. */
export const releasesByHash = lockAdapter({
  client: async ({ redis }) => {
    await redis.script('LOAD', COMPARE_AND_DELETE);
    return redis;
  },
  acquire: async ({ client, key, ttlMs }) => {
    const token = randomUUID();
    return (await client.set(key, token, 'PX', ttlMs, 'NX')) === 'OK' ? token : null;
  },
  release: async (token, { client, key }) => (await client.evalsha(RELEASE_HASH, 1, key, token)) === 1,
});

const aside: CacheAdapter<Redis> = {
  getOrLoad: async (load, { client, key, ttlMs }) => {
    const cached = await client.get(key);
    if (cached !== null) return cached;
    const value = await load();
    if (value !== null) await client.set(key, value, 'PX', ttlMs);
    return value;
  },
  invalidate: ({ client, key }) => client.del(key),
};

/** Cache-aside as everybody writes it. */
export const cacheAside = cacheAdapter(aside);

/** The same, with time to tell others of a change: what is stale stays so for longer. */
export const laggingAside = cacheAdapter({ ...aside, localLagMs: 50 });

/** The same; that there is nothing is cached by its word only. */
export const negativeByWord = cacheAdapter({ ...aside, negative: true });

/** One loads, and nobody is told what. */
export const givesNothing = cacheAdapter({
  getOrLoad: async (load, { client, key, ttlMs }) => {
    const first = await client.set(key, '', 'PX', ttlMs, 'NX').catch(() => null);
    if (first === 'OK') await load();
    return null;
  },
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
