import type { Redis } from 'ioredis';

/** Notes first that it pays: only one can do that. */
export async function pay(redis: Redis, account: string, payment: string, amount: number): Promise<void> {
  if ((await redis.set(payment, 'paid', 'NX')) === null) return;
  await redis.incrby(account, amount);
}
