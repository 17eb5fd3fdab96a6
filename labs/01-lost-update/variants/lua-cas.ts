import type { Redis } from 'ioredis';

const ATTEMPTS = 5;

/** Writes ARGV[2], but only if the key still holds ARGV[1]. An empty string stands for "no such key". */
const COMPARE_AND_SET = `
  if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
  redis.call('SET', KEYS[1], ARGV[2])
  return 1`;

/** Counts one view of a page: read, add one, and write only over the number that was read. */
export async function countView(redis: Redis, key: string): Promise<number> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const seen = (await redis.get(key)) ?? '';
    const views = Number(seen) + 1;
    const written = await redis.eval(COMPARE_AND_SET, 1, key, seen, views);
    if (written === 1) return views;
  }
  throw new Error(`${key} changed ${ATTEMPTS} times while it was being counted`);
}
