// Queue workers as they are published, several connections, scripts, blocking commands, timers and event emitters in each: they run
// under control, with no change and nothing replaced but their connection.
import BeeQueue from 'bee-queue';
import { Queue, Worker, type ConnectionOptions } from 'bullmq';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { explore, invariant, openSession, scenario, type Scenario, type Session } from '../harness/index.js';
import type { WorkerContext } from '../harness/index.js';

/** Real time for one exploration: on a busy machine an execution takes a second. */
const LIMIT_MS = 240_000;

let session: Session;
beforeAll(async () => {
  session = await openSession();
});
afterAll(() => session.close());

/** Resolves when as many jobs have been done as there are workers: in every execution anew. */
class Rest {
  #left = 0;
  #resolve = (): void => {};
  done = Promise.resolve();

  begin(jobs: number): void {
    this.#left = jobs;
    this.done = new Promise((resolve) => (this.#resolve = resolve));
  }

  one(): void {
    this.#left -= 1;
    if (this.#left === 0) this.#resolve();
  }
}

/** Each worker adds one job and works until both are done. */
function queueOf(name: string, body: (context: WorkerContext, rest: Rest) => Promise<void>): Scenario {
  const rest = new Rest();
  return scenario({
    name,
    workerCount: 2,
    setup: () => Promise.resolve(rest.begin(2)),
    workers: (context) => body(context, rest),
    invariants: [
      invariant('every job is done', async ({ redis, workers }) => {
        const jobs = await redis.hlen('done');
        return jobs === workers ? undefined : { expected: `${workers} jobs`, observed: `${jobs} jobs` };
      }),
    ],
  });
}

const bullmq = queueOf('BullMQ', async ({ clientOptions, id, redis }, rest) => {
  // Typed with the ioredis that it brings along.
  const connection = clientOptions as ConnectionOptions;
  const queue = new Queue('q', { connection });
  const worker = new Worker('q', async (job) => void (await redis.hincrby('done', job.name, 1)), {
    connection,
  });
  worker.on('error', () => {});
  worker.on('completed', () => rest.one());
  await queue.add(`job${id}`, { id });
  await rest.done;
  await worker.close();
  await queue.close();
});

const beeQueue = queueOf('bee-queue', async ({ address, id, redis }, rest) => {
  const queue = new BeeQueue<{ id: number }>('q', { redis: { ...address } });
  queue.on('error', () => {});
  queue.process(async ({ data }) => void (await redis.hincrby('done', `job${data.id}`, 1)));
  queue.on('succeeded', () => rest.one());
  await queue.createJob({ id }).save();
  await rest.done;
  await queue.close();
});

test(
  'a worker of bee-queue adds, processes and completes in 30 executions of a sampler',
  { timeout: LIMIT_MS },
  async () => {
    const { kind, message } = await explore(beeQueue, { session, strategy: 'random', runs: 30 });
    expect(message).toMatch(/^30 executions, nothing wrong/);
    expect(kind).toBe('holds');
  },
);

// Where timers may fire early, a job's lock runs out while its worker is held up, and BullMQ has the job done again, or
// gives it up: that is so by design, and a sampler finds it within a few executions. So: in order, and in time.
test(
  "BullMQ's Worker adds, processes and completes in 100 executions without a preemption",
  { timeout: LIMIT_MS },
  async () => {
    const verdict = await explore(bullmq, { session, strategy: 'systematic', preemptions: 0, runs: 100 });
    expect(verdict.message).toMatch(/100 executions\b.*nothing wrong/);
    // More are left: what is not complete does not hold.
    expect(verdict).toMatchObject({ kind: 'incomplete', executions: 100, capped: 0 });
  },
);
