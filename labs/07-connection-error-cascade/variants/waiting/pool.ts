import type { Redis } from 'ioredis';
import type { Use } from '../../design.js';

export interface PoolOptions {
  /** Connections at most. */
  readonly size: number;
  /** What becomes of a connection when the work on it ends with an error: it is lent again, or not. */
  readonly afterError: 'keep' | 'discard';
}

/** Lends connections, each to one request at a time; who finds none waits in a line. */
export const pool =
  ({ size, afterError }: PoolOptions) =>
  (connect: () => Redis): Use => {
    const idle: Redis[] = Array.from({ length: size }, connect);
    const line: ((redis: Redis) => void)[] = [];
    const take = async (): Promise<Redis> =>
      idle.pop() ?? (await new Promise<Redis>((resolve) => line.push(resolve)));
    const give = (redis: Redis): void => {
      const next = line.shift();
      if (next === undefined) idle.push(redis);
      else next(redis);
    };

    return async (work) => {
      const redis = await take();
      try {
        const done = await work(redis);
        give(redis);
        return done;
      } catch (error) {
        if (afterError === 'discard') redis.disconnect();
        give(afterError === 'discard' ? connect() : redis);
        throw error;
      }
    };
  };
