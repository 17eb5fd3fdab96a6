import { randomUUID } from 'node:crypto';
import type { WorkerBody } from '../../harness/index.js';
import type { Lock } from './lock.js';

export const LOCK = 'lock:report';

export interface JobOptions {
  /** How long the work takes; default: one step, no time. */
  readonly workMs?: number;
  /** How long the lock lasts. Default: a minute. */
  readonly leaseMs?: number;
  /** How long to wait before the second and last try, when the lock is taken. Default: no second try. */
  readonly waitMs?: number;
}

/** The job of this lab: send the daily report. It is started on several machines, and one of them should do it. */
export function reportJob(lock: Lock, options: JobOptions = {}): WorkerBody {
  const { workMs = 0, leaseMs = 60_000, waitMs = 0 } = options;
  return async ({ name, redis, sleep, step, operation, critical }) => {
    // Unique for every run of the job; the name is for people who look at the key.
    const token = `${name}:${randomUUID()}`;
    const acquire = () => operation('acquire', () => lock.acquire(redis, LOCK, token, leaseMs));

    let held = await acquire();
    if (!held && waitMs > 0) {
      await sleep(waitMs);
      held = await acquire();
    }
    if (!held) return;

    try {
      await critical(() => (workMs > 0 ? sleep(workMs) : step('send the report')));
    } finally {
      await operation('release', () => lock.release(redis, LOCK, token));
    }
  };
}
