import type { Redis } from 'ioredis';
import type { Cart } from './json-entry.js';

const ATTEMPTS = 5;

/** Writes ARGV[2], but only if the key still holds ARGV[1]. An empty string stands for "no such key". */
const COMPARE_AND_SET = `
  if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
  redis.call('SET', KEYS[1], ARGV[2])
  return 1`;

/** Puts an item into a shopping cart, and only into the cart that was read. */
export async function addToCart(redis: Redis, key: string, item: string): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const seen = (await redis.get(key)) ?? '';
    const cart: Cart = JSON.parse(seen || '{}');
    cart[item] = (cart[item] ?? 0) + 1;
    if ((await redis.eval(COMPARE_AND_SET, 1, key, seen, JSON.stringify(cart))) === 1) return;
  }
  throw new Error(`${key} changed ${ATTEMPTS} times while ${item} was being added`);
}
