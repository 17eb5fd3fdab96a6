import type { Redis } from 'ioredis';

/** Pays, and then notes that it has paid, so that nobody pays again. */
export async function pay(redis: Redis, account: string, payment: string, amount: number): Promise<void> {
  if ((await redis.get(payment)) !== null) return;
  await redis.incrby(account, amount);
  await redis.set(payment, 'paid');
}
