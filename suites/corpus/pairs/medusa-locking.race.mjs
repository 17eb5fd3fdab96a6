import Redis from 'ioredis';
import { noKeyLeft, scenario } from 'redis-race-lab';
import { lab } from 'redis-race-lab/lab';
import { providerOf } from './medusa.mjs';

/** How long it waits for a lock, in seconds. */
const WAIT_S = 1;

const worker =
  (Provider) =>
  async ({ redis, operation, sleep }) => {
    const provider = new Provider({ redisClient: redis }, { waitLockingTimeout: WAIT_S });
    await operation('execute', () => provider.execute('job', async () => {})).catch(() => {});
    // Time to give back what came too late.
    await sleep(1000);
  };

const nothingLeft = noKeyLeft('medusa_lock:*');

const made = (name, Provider) =>
  scenario({
    name,
    createClient: (clientOptions) => new Redis(clientOptions),
    workers: worker(Provider),
    workerCount: 1,
    // It races with its own timer, and with nobody else.
    mayNotRace: true,
    invariants: [nothingLeft],
  });

export const pair = lab({
  id: 'medusa-locking',
  title: 'Who gave up waiting has the lock all the same',
  variants: [
    {
      name: 'buggy',
      title: '@medusajs/locking-redis 2.20.1',
      scenario: made('@medusajs/locking-redis 2.20.1', providerOf('medusa-locking-2.20.1')),
      expect: { kind: 'breaks', invariant: nothingLeft.id },
    },
    {
      name: 'fixed',
      title: '@medusajs/locking-redis 2.21.0',
      scenario: made('@medusajs/locking-redis 2.21.0', providerOf('medusa-locking-2.21.0')),
      expect: { kind: 'holds' },
    },
  ],
});
