import type { Redis } from 'ioredis';

const LIMIT_MS = 500;

/**
 * Asks every `intervalMs` whether the connection is alive. One that does not answer in time is given up: what waits on it
 * fails, and the client connects anew.
 */
export function checkHealth(redis: Redis, intervalMs: number): void {
  let asking = false;
  setInterval(() => {
    if (asking || redis.status !== 'ready') return;
    asking = true;
    const limit = setTimeout(() => redis.disconnect(true), LIMIT_MS);
    redis
      .ping()
      .catch(() => undefined)
      .finally(() => {
        clearTimeout(limit);
        asking = false;
      });
  }, intervalMs);
}
