import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { WorkerBody } from '../../harness/index.js';
import { release } from '../03-lock-acquisition/variants/lua-release.js';
import { LEASE_MS, LOCK } from './job.js';

/** What the holder of the lock writes: the statement of the month. It stands for any resource outside of the lock. */
export const STATEMENT = 'statement';
/** From where the fencing tokens come. */
const FENCE = 'lock:payout:fence';

/** @returns whether the resource took what was written */
export type Write = (redis: Redis, fence: number, text: string) => Promise<boolean>;

/** Takes the lock and draws a number that is larger than that of every holder before. */
const TAKE_A_NUMBER = `if not redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2], 'NX') then return false end
  return redis.call('INCR', KEYS[2])`;

/** A job that writes one statement, under the lock, with the number of its holder. */
export function statementJob(write: Write): WorkerBody {
  return async ({ name, redis, operation }) => {
    const token = `${name}:${randomUUID()}`;
    const fence = await operation('acquire', () =>
      redis.eval(TAKE_A_NUMBER, 2, LOCK, FENCE, token, LEASE_MS),
    );
    if (typeof fence !== 'number') return;
    await operation('write', () => write(redis, fence, `statement of ${name}`));
    await operation('release', () => release(redis, LOCK, token));
  };
}
