import '../../locks/bluebird.mjs';
import { invariant, scenario } from 'redis-race-lab';
import { lab } from 'redis-race-lab/lab';
import { afresh } from '../../locks/afresh.mjs';
import { oldClient } from './old-client.mjs';

/** A process with the queue, which keeps in its modules which scripts the server knows. */
async function open(name, context) {
  const Queue = afresh(name);
  const queue = new Queue('mail', { redis: { opts: { createClient: () => oldClient(context) } } });
  // It looks every five seconds whether something is delayed: where there is no lab to end it, for as long as the process lives.
  context.made?.({ disconnect: () => clearInterval(queue.guardianTimer) });
  await queue._initializing;
  const opened = { queue, handle: () => {} };
  queue.setHandler((job) => opened.handle(job));
  // It has been running for a while.
  await queue.add({ to: 'somebody' });
  await queue.moveUnlockedJobsToWait();
  await handleNext(opened);
  return opened;
}

/** Handles what is next, as `process` does again and again. */
async function handleNext({ queue }) {
  const job = await queue.getNextJob({ block: false });
  if (job) await queue.processJob(job);
}

/** Two processes with the queue. The first one has just taken the only job, and has not locked it yet. */
const start = (name) => async (context) => {
  const [first, second] = [await open(name, context), await open(name, context)];
  await first.queue.add({ to: 'somebody' });
  return { first, second, taken: await first.queue.getNextJob({ block: false }) };
};

const workers = [
  async ({ app: { first, taken }, operation }) => {
    first.handle = (job) => operation('handle', async () => job.jobId);
    await first.queue.processJob(taken);
  },
  async ({ app: { second }, operation }) => {
    second.handle = (job) => operation('handle', async () => job.jobId);
    // What `process` begins with, and does again every five seconds.
    await second.queue.moveUnlockedJobsToWait();
    await handleNext(second);
  },
];

const handledOnce = invariant('a job is handled once', ({ history }) => {
  const handled = history.named('handle');
  if (handled.length > 1)
    return {
      expected: 'handled by one of them',
      observed: `handled by ${handled.map(({ worker }) => `w${worker}`).join(' and ')}`,
    };
});

const made = (name, alias) =>
  scenario({ name, app: { start: start(alias) }, workers, invariants: [handledOnce] });

export const pair = lab({
  id: 'bull',
  title: 'A job that seems stalled is handled twice',
  variants: [
    {
      name: 'buggy',
      title: 'bull 1.1.1',
      scenario: made('bull 1.1.1', 'bull-1.1.1'),
      expect: { kind: 'breaks', invariant: handledOnce.id },
    },
    {
      name: 'fixed',
      title: 'bull 1.1.3',
      scenario: made('bull 1.1.3', 'bull-1.1.3'),
      expect: { kind: 'holds' },
    },
  ],
});
