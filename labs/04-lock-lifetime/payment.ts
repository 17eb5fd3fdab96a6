import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { WorkerBody } from '../../harness/index.js';
import { acquire, release } from '../03-lock-acquisition/variants/lua-release.js';
import { LEASE_MS, LOCK } from './job.js';

/** The account of the shop that is paid. */
export const ACCOUNT = 'account:shop:7';
export const AMOUNT = 30;
/** Tells this payment from every other one, however often it is tried. */
const PAYMENT = 'paid:shop:7:november';

/** Pays once more, or finds that it was paid already. */
export type Pay = (redis: Redis, account: string, payment: string, amount: number) => Promise<void>;

/** A job that pays one shop. Who finds the lock taken looks again after `waitMs`: the other one may have crashed. */
export function paymentJob(pay: Pay, { waitMs = 0 } = {}): WorkerBody {
  return async ({ name, redis, sleep, operation }) => {
    const token = `${name}:${randomUUID()}`;
    const take = () => operation('acquire', () => acquire(redis, LOCK, token, LEASE_MS));
    let held = await take();
    if (!held && waitMs > 0) {
      await sleep(waitMs);
      held = await take();
    }
    if (!held) return;
    await operation('pay', () => pay(redis, ACCOUNT, PAYMENT, AMOUNT));
    await operation('release', () => release(redis, LOCK, token));
  };
}
