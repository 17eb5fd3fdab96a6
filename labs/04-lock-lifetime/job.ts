import { randomUUID } from 'node:crypto';
import { sometimes, type WorkerBody } from '../../harness/index.js';
import { acquire, release } from '../03-lock-acquisition/variants/lua-release.js';
import type { Extend } from './lock.js';
import { startWatchdog } from './watchdog.js';

export const LOCK = 'lock:payout';
/** All work was done by one worker. */
export const PAID = 'everything is paid';
/** How long a lease lasts. */
export const LEASE_MS = 1000;

export interface JobOptions {
  /** How the lease is made longer. Default: not at all. */
  readonly extend?: Extend;
  /** Who extends: the work itself, when the first half is done; or a timer, after so many ms. */
  readonly by?: 'work' | number;
  /** How long each half of the work takes. Default: one step, no time. */
  readonly halfMs?: number;
  /** How long to wait before the second and last try, when the lock is taken. Default: no second try. */
  readonly waitMs?: number;
  /** What is done first when the work is over: the timer is stopped (the default), or the lock is given back. */
  readonly first?: 'stop' | 'release';
}

/** The job of this lab: pay out what the shops have earned. It is started on several machines, and one of them should do it. */
export function payoutJob({
  extend,
  by = 'work',
  halfMs,
  waitMs,
  first = 'stop',
}: JobOptions = {}): WorkerBody {
  return async (context) => {
    const { name, redis, sleep, step, operation, critical } = context;
    const token = `${name}:${randomUUID()}`;
    const take = () => operation('acquire', () => acquire(redis, LOCK, token, LEASE_MS));
    let held = await take();
    if (!held && waitMs !== undefined) {
      await sleep(waitMs);
      held = await take();
    }
    if (!held) return;

    const longer = (): Promise<boolean> => extend?.(redis, LOCK, token, LEASE_MS) ?? Promise.resolve(true);
    const half = (which: string): Promise<void> => (halfMs === undefined ? step(which) : sleep(halfMs));
    const watchdog = by === 'work' ? undefined : startWatchdog(context, longer, by);
    const giveBack = () => operation('release', () => release(redis, LOCK, token));

    await critical(async () => {
      await half('pay the first half');
      if (by === 'work' && extend !== undefined && !(await operation('extend', longer))) return;
      await half('pay the rest');
      sometimes(PAID, true);
    });
    if (first === 'stop') await watchdog?.stop();
    await giveBack();
    if (first === 'release') await watchdog?.stop();
  };
}
