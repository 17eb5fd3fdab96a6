/** What this lab measures, and what its models say. */
import type { Measured, Measurement } from '../../harness/lab.js';
import { modelStall, memoryOf } from './model/stall.js';
import { simulateQueue, type QueueOptions } from './model/queue.js';
import { drawTimeline } from './picture/picture.js';
import { measureShrinking } from './storm/shrink-cost.js';
import type { StormChanges } from './storm/options.js';
import { fittingStorm, startStorm } from './storm/start-storm.js';
import { summarise } from './storm/summary.js';
import { failuresOf } from './timeline/attempt.js';
import { diagnose } from './timeline/diagnose.js';

/** A fifth of the story: 400 connects a second, and 700 to 820 steady clients. */
export const USUAL_SCALE = 0.2;

/** Clients that ask often, and lose their patience while the server stands still. */
const IMPATIENT = {
  backlog: 511,
  ratePerSecond: 20,
  steady: [4000, 4000],
  steadyEveryMs: 400,
  replyTimeoutMs: 500,
  afterMs: 1300,
} as const satisfies StormChanges;

function storm(name: string, title: string, changes: StormChanges): Measurement {
  return {
    name,
    title,
    measure: async ({ signal }) => {
      const { options, smaller } = fittingStorm(USUAL_SCALE, changes);
      const storm = await startStorm(options, signal);
      return summarise(storm, `${title} (scale ${USUAL_SCALE})`, smaller);
    },
  };
}

/** The queue of the story, at its own size. */
export const STORY_QUEUE: QueueOptions = {
  ratePerSecond: 2000,
  durationMs: 2730,
  stall: { from: 500, until: 1930 },
  backlog: 511,
  connectTimeoutMs: 600,
  replyTimeoutMs: 3000,
};

function theCause(): Measured {
  const [old, patched, modern] = [
    modelStall(),
    modelStall({ rule: 'patched' }),
    modelStall({ rule: 'modern', shrinkMs: 'new' }),
  ] as const;
  const kept = memoryOf(5000);
  return {
    computed: true,
    summary: `old rule: ${old.shrunk} buffers in one run of the cron, ${seconds(old.stallMs)}; patched: ${patched.shrunk}, and 5,000 clients keep ${Math.round(kept / 1e6)} MB; modern rule and allocator: ${modern.shrunk}, ${modern.stallMs.toFixed(1)} ms`,
    figures: {
      oldShrunk: old.shrunk,
      oldStallMs: Math.round(old.stallMs),
      patchedShrunk: patched.shrunk,
      patchedStallMs: patched.stallMs,
      modernShrunk: modern.shrunk,
      modernStallMs: Math.round(modern.stallMs * 10) / 10,
      keptBytesOf5000: kept,
    },
  };
}

function theQueue(): Measured {
  const run = simulateQueue(STORY_QUEUE);
  const failed = (backlog: number): number =>
    [...failuresOf(simulateQueue({ ...STORY_QUEUE, backlog }).attempts).values()].reduce(
      (sum, one) => sum + one,
      0,
    );
  const [few, more] = [failed(511), failed(2048)];
  const come = 1430 * 2;
  return {
    computed: true,
    summary: `${come.toLocaleString('en')} connects come in 1.43 s: with a backlog of 511 ${few.toLocaleString('en')} of them fail, with 2,048 still ${more.toLocaleString('en')}`,
    figures: { connectsInTheStall: come, failedWith511: few, failedWith2048: more, queueMost: run.deepest },
    pictures: {
      timeline: drawTimeline({
        title: 'The storm of the story, as the model of the queue has it',
        attempts: run.attempts,
        found: diagnose(run.attempts),
        stall: STORY_QUEUE.stall,
      }),
    },
  };
}

/** In the order in which the lesson tells them. */
export const MEASUREMENTS: readonly Measurement[] = [
  storm('backlog-511', 'short connections, a stall of 1.43 s, and a backlog of 511', { backlog: 511 }),
  storm('backlog-2048', 'short connections, a stall of 1.43 s, and a backlog of 2,048', { backlog: 2048 }),
  storm('backlog-16', 'short connections, a stall of 1.43 s, and a backlog of 16', { backlog: 16 }),
  storm('abort-on-overflow', 'a backlog of 511, and the kernel is told to reset what overflows', {
    backlog: 511,
    abortOnOverflow: true,
  }),
  {
    name: 'the-queue',
    title: 'both queues as a model, at the size of the story',
    measure: async () => theQueue(),
  },
  {
    name: 'the-cause',
    title: 'why the server stood still: three rules, two allocators',
    measure: async () => theCause(),
  },
  {
    name: 'shrink-cost',
    title: 'what it costs this server to shrink the buffers of idle clients',
    measure: async ({ signal }) => {
      const cost = await measureShrinking(1000, signal);
      return {
        summary: `${cost.server} shrank ${cost.shrunk} buffers of ${Math.round(cost.bytesEach / 1024)} KB: ${cost.cpuMsEach === 0 ? 'less processor time than can be told from none' : `${(cost.cpuMsEach * 1000).toFixed(0)} µs of processor time for each`}; the longest anybody waited was ${cost.worstMs.toFixed(1)} ms (${cost.worstWithoutMs.toFixed(1)} ms when nothing was shrunk)`,
        figures: {
          shrunk: cost.shrunk,
          bytesEach: Math.round(cost.bytesEach),
          cpuUsEach: Math.round(cost.cpuMsEach * 1e4) / 10,
          worstMs: Math.round(cost.worstMs * 10) / 10,
          worstWithoutMs: Math.round(cost.worstWithoutMs * 10) / 10,
        },
      };
    },
  },
  storm('keep-alive', 'ten requests for each connection, and no limit', { backlog: 511, reuse: 10 }),
  storm('pool', 'a pool of 200 connections; who finds none free waits in the client', {
    backlog: 511,
    reuse: 1_000_000,
    poolSize: 200,
  }),
  storm('reconnect-at-once', '4,000 impatient clients, which connect again at once', IMPATIENT),
  storm('reconnect-jitter', '4,000 impatient clients, each of which waits for a random time', {
    ...IMPATIENT,
    reconnect: 'jitter',
  }),
];

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
