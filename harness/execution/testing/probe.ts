/** For tests: what a client shows its worker of a fault. */
import { createClient } from '@redis/client';
import type { Environment } from '../host/environment.js';
import type { WorkerBody, WorkerContext } from '../../scenario/types.js';
import type { Deviation } from './deviations.js';
import { outcome } from './play.js';

/** ioredis 6 as it comes and with one attempt only; node-redis 6 likewise, through the socket hook. */
export const CLIENTS = ['ioredis', 'ioredis single-shot', 'node-redis', 'node-redis single-shot'] as const;

/** What a worker saw of its command. */
export interface Sight {
  /** What the command gave: a value, `rejected: …`, or `pending`. */
  readonly answer: unknown;
  /** `code syscall errno` of every error event, or its message. */
  readonly errors: readonly string[];
  /** What is stored in the end. */
  readonly stored: string | null;
}

/** The commands that a probe may use, the same for every client. */
export interface ProbeClient {
  incr(key: string): Promise<number>;
  /** INCR `key`, then INCR `key` again, in one write. */
  incrTwice(key: string): Promise<unknown>;
}

/** What to run, and along which deviations. */
export interface ProbeOptions {
  /** Default: INCR x. */
  readonly body?: (client: ProbeClient, context: WorkerContext) => Promise<unknown>;
  readonly deviations: readonly Deviation[];
}

/** Runs `INCR x` (or `body`) with this client along the deviations. */
export async function probe(
  environment: Environment,
  client: (typeof CLIENTS)[number],
  { body = (redis) => redis.incr('x'), deviations }: ProbeOptions,
): Promise<Sight> {
  const errors: string[] = [];
  const single = client.endsWith('single-shot');
  const worker: WorkerBody = async (context) => {
    const noticed = (error: NodeJS.ErrnoException): void => {
      if (!context.signal.aborted) errors.push(describe(error));
    };
    if (client.startsWith('ioredis')) {
      const { redis } = context;
      redis.on('error', noticed);
      return body(
        {
          incr: (key) => redis.incr(key),
          incrTwice: async (key) => (await redis.pipeline().incr(key).incr(key).exec())?.map(pairText),
        },
        context,
      );
    }
    const redis = createClient({
      url: context.url,
      disableOfflineQueue: single,
      socket: { reconnectStrategy: single ? false : 50 },
    });
    redis.on('error', noticed);
    await redis.connect();
    return body(
      {
        incr: (key) => redis.incr(key),
        incrTwice: async (key) =>
          (await Promise.allSettled([redis.incr(key), redis.incr(key)])).map((one) =>
            one.status === 'fulfilled' ? one.value : `rejected: ${(one.reason as Error).message}`,
          ),
      },
      context,
    );
  };
  const answer = await outcome(environment, {
    worker,
    deviations,
    client: client === 'ioredis single-shot' ? 'single-shot' : 'defaults',
  });
  return { answer, errors, stored: await environment.inspector.get('x') };
}

function describe({ code, syscall, errno, message }: NodeJS.ErrnoException): string {
  return code === undefined ? message : `${code} ${syscall} ${errno}`;
}

function pairText([error, value]: [Error | null, unknown]): unknown {
  return error === null ? value : `rejected: ${error.message}`;
}
