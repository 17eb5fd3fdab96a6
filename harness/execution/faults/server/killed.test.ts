/** Whatever the lab does to a server that somebody lent it, it is as before when the lab is killed in the middle. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Redis } from 'ioredis';
import { explore } from '../../../explore/explore.js';
import { SERVER_FAULT_KINDS } from '../../../faults/server-fault.js';
import { SERVER_FAULT_REACH } from '../../../faults/server-reach.js';
import { scenario } from '../../../scenario/scenario.js';
import { startServer } from '../../../server/index.js';
import { killedInTheMiddle, lender, stateOf, type Lender } from '../../testing/lender.js';

const KINDS = SERVER_FAULT_KINDS.filter(
  (kind) => SERVER_FAULT_REACH[kind] === 'settings' && kind !== 'server-pause',
);

let lent: Lender;
beforeAll(async () => void (lent = await lender()));
afterAll(() => lent.server.stop());

test.each([0.013, 0.21, 0.52, 0.98])('kill -9, %f', { timeout: 120_000 }, (at) =>
  killedInTheMiddle(lent, KINDS, at),
);

test(
  'a key that somebody else writes meanwhile stays, and the lab says so',
  { timeout: 120_000 },
  async () => {
    // One of its own: what cleans up after those that were killed may still be at work on the other.
    const own = await lender();
    const before = await stateOf(own);
    const server = await startServer({ redis: `redis://127.0.0.1:${own.port}` });
    const other = new Redis(own.port);
    // In the middle of some execution, whatever that is doing.
    const cast = scenario({
      name: 'disturbed',
      workers: async ({ redis }) => {
        const seen = await redis.incr('count');
        await redis.get('count');
        return seen;
      },
      workerCount: 3,
      invariants: [],
    });
    const exploring = explore(cast, { server, strategy: 'random', runs: 1_000_000, seconds: 60 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await other.set('their:key', 'theirs');
    const verdict = await exploring;
    expect(verdict).toMatchObject({
      kind: 'error',
      message: expect.stringContaining('SET their:key theirs, from 127.0.0.1:'),
    });
    await server.stop();
    expect(await other.get('their:key')).toBe('theirs');
    await other.flushall();
    other.disconnect();
    expect(await stateOf(own)).toEqual(before);
    await own.server.stop();
  },
);
