import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import * as lock from '../../../03-lock-acquisition/variants/lua-release.js';
import type { Route } from '../../design.js';
import { processItem } from '../../items.js';
import { servedWorker } from '../../requests.js';

const LEASE_MS = 60_000;

/** What the connection error of an acquisition is taken for: do we hold the lock? */
export type Guess = (redis: Redis, key: string, token: string) => Promise<boolean>;

/** Processes an item under a lock. Did the acquisition complete before its connection broke? That is the guess. */
export const underLock =
  (guess: Guess): Route =>
  async ({ params: { id } }, reply, use) =>
    use(async (redis) => {
      const { operation, critical, name } = servedWorker();
      const [key, token] = [`lock:item:${id}`, `${name}:${randomUUID()}`];
      const acquire = async (): Promise<boolean> => {
        try {
          return await lock.acquire(redis, key, token, LEASE_MS);
        } catch {
          return await guess(redis, key, token);
        }
      };
      if (!(await operation('acquire', acquire))) return await reply.code(409).send({ error: 'taken' });
      try {
        return await critical(() => processItem(redis, id));
      } finally {
        await operation('release', () => lock.release(redis, key, token));
      }
    });
