import type { Redis } from 'ioredis';

/** One after the other, in this process. The other tab is served by another machine. */
let last: Promise<unknown> = Promise.resolve();

export function addToCart(redis: Redis, key: string, item: string): Promise<void> {
  const mine = last.then(async () => {
    const cart = JSON.parse((await redis.get(key)) ?? '{}');
    cart[item] = (cart[item] ?? 0) + 1;
    await redis.set(key, JSON.stringify(cart));
  });
  last = mine.catch(() => undefined);
  return mine;
}
