import createFixed from 'redis-lock-0.0.4';
import createBuggy from 'redis-lock-0.0.2';
import { invariant, scenario } from 'redis-race-lab';
import { lab } from 'redis-race-lab/lab';
import { oldClient } from './old-client.mjs';

const LEASE_MS = 600;
/** It asks again every 50 ms; the rest is for a machine that is busy, where this runs in real time. */
const WAIT_MS = 300;

const worker = (createLock) => async (context) => {
  const client = oldClient(context);
  const lock = createLock(client);
  let giveBack;
  await context.operation(
    'acquire',
    () => new Promise((resolve) => lock('job', LEASE_MS, (done) => resolve(void (giveBack = done)))),
  );
  await context.operation('release', () => new Promise((resolve) => giveBack(() => resolve())));
  client.end(false);
};

const freeLockIsHad = invariant('a lock that was given back can be had at once', ({ history }) => {
  for (const { worker, startMs, endMs } of history.named('acquire')) {
    const freed = history.named('release').filter((one) => one.worker !== worker && one.endMs <= endMs);
    const sinceMs = Math.max(startMs, ...freed.map((one) => one.endMs));
    if (endMs - sinceMs <= WAIT_MS) continue;
    return {
      expected: `w${worker} has it within ${WAIT_MS} ms of its being free`,
      observed: `it waited ${endMs - sinceMs} ms for a lock that nobody had`,
    };
  }
});

const made = (name, createLock) =>
  scenario({ name, workers: worker(createLock), workerCount: 2, invariants: [freeLockIsHad] });

export const pair = lab({
  id: 'redis-lock',
  title: 'A lock that nobody has keeps everybody out',
  variants: [
    {
      name: 'buggy',
      title: 'redis-lock 0.0.2',
      scenario: made('redis-lock 0.0.2', createBuggy),
      expect: { kind: 'breaks', invariant: freeLockIsHad.id },
    },
    {
      name: 'fixed',
      title: 'redis-lock 0.0.4',
      scenario: made('redis-lock 0.0.4', createFixed),
      expect: { kind: 'holds' },
    },
  ],
});
