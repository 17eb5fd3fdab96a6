import type { Redis } from 'ioredis';

/** Both commands in one transaction. Whoever is refused gives the lock of the other one another lease. */
export async function acquire(redis: Redis, key: string, token: string, leaseMs: number): Promise<boolean> {
  const [taken] = (await redis.multi().setnx(key, token).pexpire(key, leaseMs).exec())!;
  return taken![1] === 1;
}
