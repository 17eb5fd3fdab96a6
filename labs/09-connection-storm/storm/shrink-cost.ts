/** What it costs this server to shrink the buffers of idle clients: processor time, and how long others wait. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { ServerError, startServer } from '../../../harness/index.js';
import { NotMeasurable } from '../../../harness/lab.js';

/** What was measured. */
export interface ShrinkCost {
  /** Buffers that the server shrank. */
  readonly shrunk: number;
  /** Bytes given back for each. */
  readonly bytesEach: number;
  /** Processor time of the server for each, in ms, less what it takes for the same time without. */
  readonly cpuMsEach: number;
  /** The longest that somebody else waited for an answer meanwhile, in ms. */
  readonly worstMs: number;
  /** The same in the time without. */
  readonly worstWithoutMs: number;
  readonly server: string;
}

const AT_ONCE = 100;
/** A client is idle after two whole seconds; then everybody is visited within one. The first of them asked earlier. */
const UNTIL_IDLE_MS = 1500;
const WATCH_MS = 2600;
/** Without anything to do, a moment tells as much. */
const WITHOUT_MS = 800;

/**
 * Lets clients ask once and be idle, and watches the server while it visits them.
 *
 * @throws NotMeasurable where there is no server to be had as a process
 */
export async function measureShrinking(clients: number, signal: AbortSignal): Promise<ShrinkCost> {
  const args = ['--maxclients', String(clients + 100)];
  const server = await startServer({ redis: 'process', clock: 'real', args }).catch((error: unknown) => {
    throw error instanceof ServerError ? new NotMeasurable(error.message) : error;
  });
  const path = (server.endpoint as { readonly path: string }).path;
  const open = (): Redis =>
    new Redis({ path, connectTimeout: 60_000, maxRetriesPerRequest: 0, retryStrategy: () => null });
  const idle: Redis[] = [];
  const watcher = open();
  try {
    // No more at once than fit into the queue.
    while (idle.length < clients) {
      const more = Array.from({ length: Math.min(AT_ONCE, clients - idle.length) }, open);
      idle.push(...more);
      await Promise.all(more.map((redis) => redis.ping()));
    }
    await sleep(UNTIL_IDLE_MS, undefined, { signal });
    const before = await memoryOf(watcher);
    const during = await watch(watcher, WATCH_MS, signal);
    const after = await memoryOf(watcher);
    const without = await watch(watcher, WITHOUT_MS, signal);
    const shrunk = before.buffers - after.buffers;
    return {
      shrunk,
      bytesEach: shrunk === 0 ? 0 : (before.bytes - after.bytes) / shrunk,
      cpuMsEach:
        shrunk === 0 ? 0 : Math.max(0, during.cpuMs - (without.cpuMs * WATCH_MS) / WITHOUT_MS) / shrunk,
      worstMs: during.worstMs,
      worstWithoutMs: without.worstMs,
      server: `${server.product} ${server.version}`,
    };
  } finally {
    for (const redis of [...idle, watcher]) redis.disconnect();
    await server.stop();
  }
}

/** How many clients have a buffer, and what those take together. */
async function memoryOf(redis: Redis): Promise<{ readonly buffers: number; readonly bytes: number }> {
  const list = (await redis.client('LIST')) as string;
  const free = Array.from(list.matchAll(/ qbuf-free=(\d+)/g), ([, bytes]) => Number(bytes));
  return {
    buffers: free.filter((bytes) => bytes > 4096).length,
    bytes: free.reduce((sum, one) => sum + one, 0),
  };
}

async function watch(
  redis: Redis,
  forMs: number,
  signal: AbortSignal,
): Promise<{ readonly cpuMs: number; readonly worstMs: number }> {
  const before = await cpuMs(redis);
  const until = performance.now() + forMs;
  let worstMs = 0;
  while (performance.now() < until) {
    const asked = performance.now();
    await redis.ping();
    worstMs = Math.max(worstMs, performance.now() - asked);
    await sleep(2, undefined, { signal });
  }
  return { cpuMs: (await cpuMs(redis)) - before, worstMs };
}

async function cpuMs(redis: Redis): Promise<number> {
  const info = await redis.info('cpu');
  const of = (name: string): number => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1] ?? 0);
  return (of('used_cpu_sys') + of('used_cpu_user')) * 1000;
}
