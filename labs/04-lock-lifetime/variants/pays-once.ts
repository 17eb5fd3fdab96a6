import type { Redis } from 'ioredis';

/** The payment and the note of it are one step: both are there, or none. */
const PAY_ONCE = `if not redis.call('SET', KEYS[2], 'paid', 'NX') then return 0 end
  return redis.call('INCRBY', KEYS[1], ARGV[1])`;

export async function pay(redis: Redis, account: string, payment: string, amount: number): Promise<void> {
  await redis.eval(PAY_ONCE, 2, account, payment, amount);
}
