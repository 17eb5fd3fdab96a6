import { describe } from 'vitest';
import { seesEveryOutcome, type Case } from '../testing/soundness.js';

/** Those with the most interleavings: running every single one takes a minute each. */
const CASES: Record<string, Case> = {
  'a reply that comes late, while its worker is at work elsewhere': {
    workers: [
      async ({ redis, connect, operation }) => {
        const other = connect();
        const added = operation('add', () => redis.incr('c')).catch(() => other.set('gave up', 1));
        await other.incr('d');
        await added;
      },
      async ({ redis }) => void (await redis.set('seen', String(await redis.mget('c', 'd', 'gave up')))),
    ],
    client: { commandTimeout: 100 },
    faults: { kinds: [{ kind: 'late-reply', at: { command: 'INCR', nth: 1, worker: 1 } }] },
    workersMayFail: true,
    delays: 1,
    heldOnly: true,
  },
  'a client that connects again while a reply to another is under way': {
    workers: [
      async ({ redis }) => void (await redis.set('seen', await redis.pttl('b'))),
      async ({ redis, connect }) => {
        const heard = await Promise.all([redis.incr('a'), connect().incr('b')]);
        await redis.set('heard', heard.join());
      },
    ],
    faults: { kinds: ['reset-before-send'] },
    delays: 1,
  },
  'a request that lands late': {
    workers: async ({ id, redis, operation }) => {
      await operation('set', () => redis.set('c', id));
      await redis.append('log', String(id));
    },
    faults: { kinds: ['zombie-request'] },
  },
  'time to live, as others see it': {
    workers: [
      async ({ redis, sleep }) => {
        await redis.set('k', 1, 'PX', 100);
        await sleep(50);
        await redis.set('left', String(await redis.pttl('k')));
      },
      async ({ redis }) => void (await redis.set('seen', String(await redis.pttl('k')))),
      async ({ redis, sleep }) => {
        await sleep(200);
        await redis.set('after', String(await redis.get('k')));
      },
    ],
  },
  'a transaction that is thrown away': {
    workers: [
      async ({ redis }) => {
        await redis.watch('a');
        await redis.unwatch();
        const first = await redis.multi().get('a').exec();
        await redis.set('first', JSON.stringify(first));
      },
      async ({ redis }) => {
        await redis.multi({ pipeline: false });
        await redis.set('a', 1);
        await redis.discard();
        await redis.set('a', 2);
      },
    ],
  },
  'messages of a transaction and of a script': {
    workers: [
      async ({ redis, connect }) => {
        const seen: string[] = [];
        redis.on('message', (_channel: string, text: string) => seen.push(text));
        await redis.subscribe('a', 'b');
        await connect().set('seen', seen.join());
      },
      async ({ redis }) => void (await redis.multi().publish('a', '1').publish('b', '2').exec()),
      async ({ redis }) => void (await redis.eval("return redis.call('PUBLISH', 'b', '3')", 0)),
    ],
  },
  'values that the server declares stale': {
    client: { protocol: 3 },
    workers: [
      async ({ redis, connect }) => {
        await redis.call('CLIENT', 'TRACKING', 'ON', 'BCAST');
        const stream = (redis as unknown as { stream: NodeJS.EventEmitter }).stream;
        let pushes = '';
        stream.on('data', (bytes: Buffer) => (pushes += bytes.toString('latin1').replaceAll(/[^k12]/g, '')));
        await connect().set('seen', pushes);
      },
      async ({ redis }) => void (await redis.set('k1', 1)),
      async ({ redis }) => void (await redis.set('k2', 1)),
    ],
  },
};

describe('Exhaustive', () => {
  seesEveryOutcome(CASES);
});
