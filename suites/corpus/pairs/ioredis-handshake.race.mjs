import { Redis as Buggy } from 'ioredis';
import { Redis as Fixed } from 'ioredis-6.0.0';
import { scenario } from 'redis-race-lab';
import { lab } from 'redis-race-lab/lab';

/** Any answer will do, also that it failed: what no command may do is wait for ever. */
const worker = async ({ redis, operation, sleep }) => {
  await operation('first', () => redis.set('a', 1)).catch(() => {});
  // Time to connect again.
  await sleep(1000);
  await operation('second', () => redis.set('a', 2)).catch(() => {});
};

const made = (name, Redis) =>
  scenario({
    name,
    createClient: (clientOptions) => new Redis(clientOptions),
    client: { enableReadyCheck: false, maxRetriesPerRequest: 0 },
    workers: worker,
    workerCount: 1,
    faults: { kinds: [{ kind: 'reset-after-apply', at: { handshake: true, command: 'CLIENT' } }] },
    invariants: [],
  });

export const pair = lab({
  id: 'ioredis-handshake',
  title: 'A reset in the middle of the handshake, and the client is ready for ever',
  variants: [
    {
      name: 'buggy',
      title: 'ioredis 5.11.1',
      scenario: made('ioredis 5.11.1', Buggy),
      expect: { kind: 'hangs' },
    },
    {
      name: 'fixed',
      title: 'ioredis 6.0.0',
      scenario: made('ioredis 6.0.0', Fixed),
      expect: { kind: 'holds' },
    },
  ],
});
