import { create as createBuggy } from 'redis-rate-limiter-1.1.0';
import { create as createFixed } from 'redis-rate-limiter-1.2.0';
import Redis from 'ioredis4';
import { noStuckKey, scenario } from 'redis-race-lab';
import { lab } from 'redis-race-lab/lab';

const KEY = 'ratelimit:visitor';

const worker =
  (create) =>
  async ({ redis, operation }) => {
    const limiter = create({ redis, key: () => 'visitor', limit: 5, window: 60 });
    await operation(
      'request',
      () =>
        new Promise((resolve, reject) =>
          limiter({}, (error, { over } = {}) => (error ? reject(error) : resolve(over))),
        ),
    );
    // What the limiter mends it mends on this connection, and does not wait for it.
    await redis.ping();
  };

const heals = noStuckKey(KEY);

const made = (name, create) =>
  scenario({
    name,
    createClient: (clientOptions) => new Redis(clientOptions),
    // A counter that lost its deadline, which the limiter says it heals.
    setup: ({ redis }) => redis.set(KEY, 6),
    workers: worker(create),
    workerCount: 2,
    invariants: [heals],
  });

export const pair = lab({
  id: 'redis-rate-limiter',
  title: 'A counter without a deadline is not healed',
  variants: [
    {
      name: 'buggy',
      title: 'redis-rate-limiter 1.1.0',
      scenario: made('redis-rate-limiter 1.1.0', createBuggy),
      expect: { kind: 'breaks', invariant: heals.id },
    },
    {
      name: 'fixed',
      title: 'redis-rate-limiter 1.2.0',
      scenario: made('redis-rate-limiter 1.2.0', createFixed),
      expect: { kind: 'holds' },
    },
  ],
});
