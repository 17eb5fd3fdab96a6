import '../../locks/bluebird.mjs';
import Fixed from 'redlock4';
import { default as Buggy } from 'redlock5';
import { scenario } from 'redis-race-lab';
import { lab } from 'redis-race-lab/lab';
import { oneHolder } from './one-holder.mjs';

const LEASE_MS = 200;
const settings = { retryCount: 0 };

/** @param start - what comes before it asks @param work - what it does with the lock */
const user = (take, giveBack, start, work) => async (context) => {
  let lock;
  await start(context);
  const has = await context.operation('acquire', async () => {
    lock = await take(context.redis).catch(() => {});
    return lock !== undefined;
  });
  if (!has) return;
  await work(context);
  await context.operation('release', () => giveBack(lock).catch(() => {}));
};

/** The second one comes when the lease of the first one is over, and is at work for a while. */
const workers = (take, giveBack) => [
  user(
    take,
    giveBack,
    () => {},
    () => {},
  ),
  user(
    take,
    giveBack,
    ({ sleep }) => sleep(LEASE_MS * 1.1),
    ({ sleep }) => sleep(LEASE_MS * 0.6),
  ),
];

const oneAtATime = oneHolder(LEASE_MS);

const made = (name, take, giveBack) =>
  scenario({
    name,
    // A server that knows the scripts of the library already.
    setup: async ({ redis }) => giveBack(await take(redis)),
    workers: workers(take, giveBack),
    faults: { kinds: [{ kind: 'late-reply', at: { worker: 1, nth: 1 } }] },
    invariants: [oneAtATime],
  });

export const pair = lab({
  id: 'redlock-late',
  title: 'A lock is handed out after its lease',
  variants: [
    {
      name: 'buggy',
      title: 'redlock 5.0.0-beta.2',
      scenario: made(
        'redlock 5.0.0-beta.2',
        (redis) => new Buggy([redis], settings).acquire(['job'], LEASE_MS),
        (lock) => lock.release(),
      ),
      expect: { kind: 'breaks', invariant: oneAtATime.id },
    },
    {
      name: 'fixed',
      title: 'redlock 4.2.0',
      scenario: made(
        'redlock 4.2.0',
        (redis) => new Fixed([redis], settings).lock('job', LEASE_MS),
        (lock) => lock.unlock(),
      ),
      expect: { kind: 'holds' },
    },
  ],
});
