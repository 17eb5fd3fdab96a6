import type { Redis } from 'ioredis';

/** Items and how many of each. */
export type Cart = Record<string, number>;

/** Puts an item into a shopping cart that is cached as one JSON document. */
export async function addToCart(redis: Redis, key: string, item: string): Promise<void> {
  const cart: Cart = JSON.parse((await redis.get(key)) ?? '{}');
  cart[item] = (cart[item] ?? 0) + 1;
  await redis.set(key, JSON.stringify(cart));
}
