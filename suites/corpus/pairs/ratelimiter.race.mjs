import Buggy from 'ratelimiter-2.1.3';
import Fixed from 'ratelimiter-2.2.0';
import { invariant, scenario } from 'redis-race-lab';
import { lab } from 'redis-race-lab/lab';

const MAX = 100;
const HOUR_MS = 3_600_000;
const PREFIX = 'limit:visitor:';

/** A window that has begun: the requests of an API that has been running for a while. */
const setup = async ({ redis }) => {
  const resets = Math.floor((Date.now() + HOUR_MS) / 1000);
  await redis.set(`${PREFIX}count`, MAX, 'PX', HOUR_MS);
  await redis.set(`${PREFIX}limit`, MAX, 'PX', HOUR_MS);
  await redis.set(`${PREFIX}reset`, resets, 'PX', HOUR_MS);
};

const worker =
  (Limiter) =>
  ({ redis, operation }) =>
    operation(
      'request',
      () =>
        new Promise((resolve, reject) => {
          const limiter = new Limiter({ id: 'visitor', db: redis, max: MAX, duration: HOUR_MS });
          limiter.get((error, { remaining } = {}) => (error ? reject(error) : resolve(remaining)));
        }),
    );

const everyCallCounts = invariant('every call counts', async ({ redis, history }) => {
  const expected = MAX - history.count('request', 'ok');
  const observed = Number(await redis.get(`${PREFIX}count`));
  if (observed !== expected) return { expected: `${expected} left`, observed: `${observed} left` };
});

/** The requests of one process, which have one connection: WATCH is about a connection. */
const made = (name, Limiter) =>
  scenario({
    name,
    setup,
    workers: worker(Limiter),
    workerCount: 2,
    sharedClient: true,
    // What they get in each other's way with is WATCH, a state of the connection and no key.
    mayNotRace: true,
    invariants: [everyCallCounts],
  });

export const pair = lab({
  id: 'ratelimiter',
  title: 'WATCH on a connection that requests share protects nobody',
  variants: [
    {
      name: 'buggy',
      title: 'ratelimiter 2.1.3',
      scenario: made('ratelimiter 2.1.3', Buggy),
      expect: { kind: 'breaks', invariant: everyCallCounts.id },
    },
    {
      name: 'fixed',
      title: 'ratelimiter 2.2.0',
      scenario: made('ratelimiter 2.2.0', Fixed),
      expect: { kind: 'holds' },
    },
  ],
});
