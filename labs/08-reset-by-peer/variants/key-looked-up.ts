import type { Redis } from 'ioredis';
import type { Writes } from '../api.js';
import * as plain from './plain.js';

/** Looks whether the key is known; if not, does it and writes down the answer. In between there is room for the same request. */
async function once(redis: Redis, key: string, work: () => Promise<string>): Promise<string> {
  const known = await redis.get(`key:${key}`);
  if (known !== null) return known;
  const answer = await work();
  await redis.set(`key:${key}`, answer, 'EX', 86_400);
  return answer;
}

export const writes: Writes = {
  create: (redis, key, name) => once(redis, key, () => plain.create(redis, key, name)),
  update: async (redis, key, id, name) =>
    (await once(redis, key, async () => String(await plain.update(redis, key, id, name)))) === 'true',
  remove: async (redis, key, id) =>
    (await once(redis, key, async () => String(await plain.remove(redis, key, id)))) === 'true',
};
