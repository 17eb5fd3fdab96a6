import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import {
  invariant,
  mutualExclusion,
  noStuckKey,
  scenario,
  sometimes,
  type WorkerBody,
} from '../../harness/index.js';
import { exercise, type Exercise } from '../../harness/lab.js';
import * as finallyDel from './answers/finally.js';
import * as repair from './answers/repair.js';
import * as solution from './answers/solution.js';
import * as timer from './answers/timer.js';
import * as transaction from './answers/transaction.js';
import { LOCK } from './job.js';
import { release } from './variants/lua-release.js';

const LEASE_MS = 1000;
/** When who waits for the lock looks again: the last time is behind the lease of a holder that has crashed. */
const TRIES_MS = [0, 600, 1200];
const SENT = 'the report is sent';

/** What a learner writes. */
interface Code {
  readonly acquire: (redis: Redis, key: string, token: string, leaseMs: number) => Promise<boolean>;
}

/** A job that takes the lock, works, and gives it back. The learner writes how it is taken, and nothing else. */
function reporting({ acquire }: Code, triesMs: readonly number[]): WorkerBody {
  return async ({ name, redis, sleep, step, operation, critical }) => {
    const token = `${name}:${randomUUID()}`;
    let waitedMs = 0;
    for (const atMs of triesMs) {
      if (atMs > waitedMs) await sleep(atMs - waitedMs);
      waitedMs = atMs;
      if (!(await operation('acquire', () => acquire(redis, LOCK, token, LEASE_MS)))) continue;
      await critical(() => step('send the report'));
      sometimes(SENT, true);
      await operation('release', () => release(redis, LOCK, token));
      return;
    }
  };
}

/** Whoever waits until the lease of a crashed holder is over gets the lock: nobody may have made that lease longer. */
const freeInTime = invariant('the lock is free once its lease is over', ({ history, workers }) => {
  for (let worker = 1; worker <= workers; worker++) {
    const asked = history.operationsOf(worker, 'acquire').filter(({ value }) => value === false);
    if (asked.length < TRIES_MS.length) continue;
    return {
      expected: `who asks for the last time after ${TRIES_MS.at(-1)} ms finds a lock of ${LEASE_MS} ms free`,
      observed: `w${worker} was told ${asked.length} times that it is taken`,
    };
  }
  return undefined;
});

export const takeTheLock: Exercise = exercise<Code>({
  file: 'exercise.ts',
  task: 'Change acquire so that no crash leaves a lock behind for ever, and a lease lasts as long as it was asked for.',
  checks: (code) => [
    scenario({
      name: '03-lock-acquisition/exercise, three machines and a crash',
      workers: reporting(code, [0]),
      workerCount: 3,
      interchangeable: true,
      invariants: [noStuckKey(LOCK), mutualExclusion()],
      faults: { kinds: ['worker-crash'] },
      mustReach: [SENT],
    }),
    scenario({
      name: '03-lock-acquisition/exercise, one waits for the lock of the other',
      workers: reporting(code, TRIES_MS),
      workerCount: 2,
      interchangeable: true,
      invariants: [freeInTime, noStuckKey(LOCK)],
      faults: { kinds: ['worker-crash'] },
      mustReach: [SENT],
    }),
  ],
  solution,
  wrong: [
    {
      name: 'timer',
      code: timer,
      looks: /setTimeout|setInterval|sleep\(/,
      hint: 'A timer lives in the process that set it, and a crash ends both. Only the server is still there to remove the lock: the deadline has to be its own.',
    },
    {
      name: 'finally',
      code: finallyDel,
      looks: /\b(?:finally|catch)\b/,
      hint: 'A crash is no exception: neither catch nor finally runs in a process that is gone. What must not be left undone has to be done by the server, in the same command.',
    },
    {
      name: 'repair',
      code: repair,
      looks: /\.p?ttl\(/,
      hint: 'Others can repair the lock only if others come: until then it has no deadline, and it is not theirs to judge whether its holder is still about to set one.',
    },
    {
      name: 'transaction',
      code: transaction,
      looks: /\.multi\(|\.pipeline\(/,
      hint: 'In a transaction both commands run, also when the first one changed nothing: whoever is refused makes the lease of the holder longer, and one who keeps asking keeps the lock alive for ever.',
    },
  ],
  hints: {
    'no stuck key':
      'Look for the crash in the table: which command had run, and which had not? Between two commands there is always room for it.',
    'mutual exclusion': 'Two were told that they hold the lock. Who is refused has to be told so.',
    'the lock is free once its lease is over':
      'Only the one who takes the lock may set its deadline. Who changed it here, and was that one its holder?',
  },
});
