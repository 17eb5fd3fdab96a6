import Redis from 'ioredis';
import { invariant, scenario } from 'redis-race-lab';
import { lab } from 'redis-race-lab/lab';
import { Mutex as Buggy } from 'redis-semaphore-5.3.0';
import { Mutex as Fixed } from 'redis-semaphore-5.3.1';

const LEASE_MS = 300;
const options = { lockTimeout: LEASE_MS, acquireAttemptsLimit: 1, onLockLost() {} };

/** Has the lock, and the package makes its lease longer meanwhile. */
const holder =
  (Mutex) =>
  async ({ redis, operation, sleep }) => {
    const mutex = new Mutex(redis, 'job', options);
    if (!(await mutex.tryAcquire())) return;
    await operation('acquire', async () => mutex.identifier);
    await sleep(LEASE_MS * 1.5);
    mutex.stopRefresh();
  };

/** Finds the lock free once the lease is over, has it, and gives it back. */
const other =
  (Mutex) =>
  async ({ redis, operation, sleep }) => {
    await sleep(LEASE_MS * 1.1);
    const mutex = new Mutex(redis, 'job', { ...options, refreshInterval: 0 });
    if (!(await mutex.tryAcquire())) return;
    await operation('acquire', async () => mutex.identifier);
    await mutex.release();
  };

const lostStaysLost = invariant('a lock that was lost stays lost', async ({ redis, history }) => {
  const owner = await redis.get('mutex:job');
  const taken = history.named('acquire');
  const at = taken.findIndex(({ value }) => value === owner);
  const [next] = at < 0 ? [] : taken.slice(at + 1);
  if (next === undefined) return;
  const { worker } = taken[at];
  return {
    expected: `w${next.worker} got the lock after w${worker} had lost it`,
    observed: `it is w${worker}'s again, which never asked for it again`,
  };
});

const made = (name, Mutex) =>
  scenario({
    name,
    // The package knows clients of its own ioredis only.
    createClient: (clientOptions) => new Redis(clientOptions),
    workers: [holder(Mutex), other(Mutex)],
    invariants: [lostStaysLost],
  });

export const pair = lab({
  id: 'redis-semaphore',
  title: 'A refresh brings a lost lock back',
  variants: [
    {
      name: 'buggy',
      title: 'redis-semaphore 5.3.0',
      scenario: made('redis-semaphore 5.3.0', Buggy),
      expect: { kind: 'breaks', invariant: lostStaysLost.id },
    },
    {
      name: 'fixed',
      title: 'redis-semaphore 5.3.1',
      scenario: made('redis-semaphore 5.3.1', Fixed),
      expect: { kind: 'holds' },
    },
  ],
});
