import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
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

/** What a worker knows of the lock that it was granted. */
export interface Grant {
  readonly key: string;
  /** By the worker's own clock, in ms: when it sent the question, and when it got the answer. */
  readonly askedAt: number;
  readonly answeredAt: number;
  readonly leaseMs: number;
}

/** A lock, and what its holder makes sure of before it works. */
export interface CheckedLock extends Lock {
  readonly valid: (grant: Grant, redis: Redis) => boolean | Promise<boolean>;
}

/** The same job in a hurry: sending takes no time, and happens right when the worker has made sure that it may. */
export function promptJob(lock: CheckedLock, { leaseMs = 1000, waitMs = 1100 }: JobOptions = {}): WorkerBody {
  return async ({ name, redis, sleep, operation }) => {
    const token = `${name}:${randomUUID()}`;
    let askedAt = 0;
    const acquire = () => {
      askedAt = Date.now();
      return operation('acquire', () => lock.acquire(redis, LOCK, token, leaseMs));
    };

    let held = await acquire();
    if (!held) {
      await sleep(waitMs);
      held = await acquire();
    }
    if (!held) return;

    if (await lock.valid({ key: LOCK, askedAt, answeredAt: Date.now(), leaseMs }, redis)) {
      await operation('send the report', () => Promise.resolve());
    }
    await operation('release', () => lock.release(redis, LOCK, token));
  };
}
