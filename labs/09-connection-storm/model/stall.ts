/** How long the cron makes everybody wait, and what it costs not to: the numbers of the story, with all of them to change. */
import { BIG_BYTES, walkOnce, type CronClient, type RuleName, type WalkName } from './cron.js';

/** What the model is given. */
export interface StallOptions {
  /** Connections at the peak. Default: 4,100. */
  readonly clients?: number;
  /** How many of them had been there before the peak, and stay busy. Default: 3,500. */
  readonly busy?: number;
  /** Runs of the cron a second. Default: 10. */
  readonly hz?: number;
  /** Which buffers are shrunk. Default: `old`. */
  readonly rule?: RuleName;
  /** How many clients a run visits. Default: `every-ten-seconds`, as the server of the story did. */
  readonly walk?: WalkName;
  /** Whether idle clients stand next to each other in the list, as they do when they came last. Default: true. */
  readonly together?: boolean;
  /** What a client's buffer takes after its first command, in bytes. Default: 32 KB. */
  readonly bufferBytes?: number;
  /** What shrinking one buffer costs, in ms: a number, or the name of an allocator. Default: `old`. */
  readonly shrinkMs?: number | AllocatorName;
}

/**
 * What it costs to give one buffer back, in ms.
 *
 * `old` is not derived: it is the stall of the story, 1.43 s, over the fifty buffers that were shrunk in it. The old
 * allocator returned pages to the kernel there and then, all that had gathered. `new` was measured by this lab on a
 * Redis 7 with jemalloc 5, which returns them later, in small parts: processor time of the server for each buffer.
 */
export const SHRINK_MS = { old: 1430 / 50, new: 0.01 } as const;

/** Name of an allocator. */
export type AllocatorName = keyof typeof SHRINK_MS;

/** What the model says. */
export interface ModelledStall {
  /** Clients that one run of the cron visits at most. */
  readonly visited: number;
  /** Buffers that the busiest run shrinks. */
  readonly shrunk: number;
  /** How long that run takes, in which the server does nothing else; in ms. */
  readonly stallMs: number;
  /** Buffers shrunk until everybody was visited. */
  readonly shrunkInAll: number;
  /** What idle clients keep, in bytes. */
  readonly keptBytes: number;
}

/**
 * A peak is over: the clients that came with it are idle for more than two seconds, and the cron comes by.
 *
 * @throws RangeError for numbers that make no sense
 */
export function modelStall(options: StallOptions = {}): ModelledStall {
  const { clients = 4100, busy = 3500, hz = 10, rule = 'old', walk = 'every-ten-seconds' } = options;
  const { bufferBytes = BIG_BYTES, shrinkMs = 'old', together = true } = options;
  if (!(busy >= 0 && busy <= clients)) throw new RangeError(`of ${clients} clients ${busy} cannot be busy`);
  const list = listOf({ clients, busy, together, bufferBytes });
  const runs = walkOnce(list, { hz, rule, walk });
  const shrunk = Math.max(0, ...runs.map((run) => run.shrunk));
  const shrunkInAll = runs.reduce((sum, run) => sum + run.shrunk, 0);
  return {
    visited: Math.max(0, ...runs.map((run) => run.visited)),
    shrunk,
    stallMs: shrunk * (typeof shrinkMs === 'number' ? shrinkMs : SHRINK_MS[shrinkMs]),
    shrunkInAll,
    keptBytes: (clients - busy - shrunkInAll) * bufferBytes,
  };
}

/**
 * What clients keep when nobody takes their buffers away, in bytes.
 *
 * @param bufferBytes - of each; default: 32 KB
 */
export function memoryOf(clients: number, bufferBytes = BIG_BYTES): number {
  return clients * bufferBytes;
}

function listOf({
  clients,
  busy,
  together,
  bufferBytes,
}: Required<Pick<StallOptions, 'clients' | 'busy' | 'together' | 'bufferBytes'>>): CronClient[] {
  const idle = clients - busy;
  return Array.from({ length: clients }, (_, at) => {
    // Evenly: the share of idle ones among the first `at` is always the same.
    const isIdle = together
      ? at >= busy
      : Math.floor(((at + 1) * idle) / clients) > Math.floor((at * idle) / clients);
    // A busy client has just used a good part of what it has.
    const usedBytes = isIdle ? 0 : bufferBytes / 2;
    return { bufferBytes, usedBytes, peakBytes: usedBytes, idleSeconds: isIdle ? 3 : 0 };
  });
}
