import type { Redis } from 'ioredis';

const ATTEMPTS = 5;

/** Reads back what it wrote, and tries again if its own item is not there. Nobody looks after the items of others. */
export async function addToCart(redis: Redis, key: string, item: string): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const cart = JSON.parse((await redis.get(key)) ?? '{}');
    cart[item] = (cart[item] ?? 0) + 1;
    await redis.set(key, JSON.stringify(cart));
    if (JSON.parse((await redis.get(key)) ?? '{}')[item] === cart[item]) return;
  }
}
