import type { Redis } from 'ioredis';

/** Items and how many of each. */
type Cart = Record<string, number>;

/**
 * Puts an item into a shopping cart that is kept as one JSON document. Two browser tabs do it at the same time, each on a
 * machine of its own, and one of the items is gone.
 */
export async function addToCart(redis: Redis, key: string, item: string): Promise<void> {
  const cart: Cart = JSON.parse((await redis.get(key)) ?? '{}');
  cart[item] = (cart[item] ?? 0) + 1;
  // TODO: write the cart only if it is still the one that was read; if it is not, start over. Bound the number of attempts.
  await redis.set(key, JSON.stringify(cart));
}
