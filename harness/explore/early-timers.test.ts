import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { invariant } from '../check/invariant.js';
import { scenario } from '../scenario/scenario.js';
import type { Scenario, WorkerBody } from '../scenario/types.js';
import { sharedServer } from '../server/index.js';
import { explore } from './explore.js';
import { openSession, type Session } from './session.js';

let session: Session;
beforeAll(async () => {
  session = await openSession(await sharedServer());
});
afterAll(() => session.close());

/** Holds a lock, extends it every 100 ms by a timer, and gives it back. An extension may still be under way then. */
const holder =
  (workMs: number): WorkerBody =>
  async ({ name, redis, sleep }) => {
    await redis.set('lock', name, 'PX', 300, 'NX');
    const heartbeat = setInterval(() => {
      void redis
        .get('lock')
        .then((holds) => (holds === name ? redis.set('lock', name, 'PX', 300) : undefined));
    }, 100);
    await sleep(workMs);
    clearInterval(heartbeat);
    await redis.del('lock');
  };
const bystander =
  (id: number): WorkerBody =>
  async ({ redis }) => {
    for (let nth = 0; nth < 15; nth++) await redis.get(`own${id}`);
  };
const released = invariant('the lock is released', async ({ redis }) => {
  const lock = await redis.get('lock');
  return lock === null ? undefined : { expected: 'no lock', observed: lock };
});
const locks = (workMs: number, bystanders: number): Scenario =>
  scenario({
    name: `a heartbeat and ${bystanders}`,
    workers: [holder(workMs), ...Array.from({ length: bystanders }, (_, at) => bystander(at))],
    invariants: [released],
  });

describe('A timer that fires while its worker has a command under way', () => {
  test.each([
    ['auto', 250, 0],
    ['exhaustive', 250, 0],
    ['exhaustive', 250, 8],
    // Two timers are due in the same millisecond.
    ['auto', 200, 0],
    ['exhaustive', 200, 0],
    ['systematic', 200, 0],
  ] as const)(
    'should be found by %s, with %d ms of work and %d bystanders',
    async (strategy, workMs, others) => {
      const verdict = await explore(locks(workMs, others), { session, strategy });
      expect(verdict).toMatchObject({ kind: 'breaks', invariant: 'the lock is released' });
    },
  );

  test('should be another step once somebody else has let its time come', async () => {
    // The second timer of the first worker is early as long as its INCR is under way, and the other one still sleeps.
    const sends: WorkerBody = async ({ redis, sleep }) => {
      setTimeout(() => void redis.incr('x'), 30);
      await sleep(50);
    };
    const sleeps: WorkerBody = ({ sleep }) => sleep(50);
    const cast = scenario({ name: 'overtaken', workers: [sends, sleeps], invariants: [] });
    // T30 before INCR and T50, the other sleep anywhere: behind it T50 may come before INCR, and before it only early.
    for (const [delays, executions] of [
      [0, 6],
      [1, 7],
    ] as const) {
      const verdict = await explore(cast, { session, strategy: 'exhaustive', delays });
      expect(verdict).toMatchObject({ kind: 'holds', complete: true, executions });
    }
  });

  test('should be looked at so often as the verdict says', async () => {
    const beats: WorkerBody = async ({ redis, sleep }) => {
      const heartbeat = setInterval(() => void redis.get('x'), 10);
      await sleep(100);
      clearInterval(heartbeat);
    };
    const cast = scenario({ name: 'beats', workers: [beats], invariants: [] });
    const verdict = await explore(cast, { session, strategy: 'exhaustive', delays: 1 });
    expect(verdict).toMatchObject({ kind: 'holds', complete: true, bounds: { delays: 1 } });
    expect(verdict.message).toContain('at most 1 early timer of a worker');
  });

  test.each(['exhaustive', 'systematic'] as const)(
    'should not be a timeout of a client for %s, unless somebody asks for it',
    async (strategy) => {
      const add: WorkerBody = async ({ redis }) => void (await redis.incr('c'));
      const cast = scenario({
        name: 'timeout',
        workers: add,
        invariants: [],
        client: { commandTimeout: 1000 },
      });
      const verdict = await explore(cast, { session, strategy });
      expect(verdict).toMatchObject({ kind: 'holds', complete: true, bounds: { clientTimers: false } });
      expect(verdict.message).toContain('no early timeout of a client');
      expect(await explore(cast, { session, strategy, delays: 1 })).toMatchObject({
        kind: 'breaks',
      });
    },
  );
});

test('Two timers of one worker that are due at once should fire in either order, unless they have the same delay', async () => {
  const seen = new Set<string>();
  const body: WorkerBody = async ({ redis, sleep }) => {
    const order: string[] = [];
    const after = (ms: number, name: string): Promise<unknown> => sleep(ms).then(() => order.push(name));
    const early = after(100, 'a');
    const same = after(100, 'b');
    await sleep(50);
    await Promise.all([early, same, after(50, 'c')]);
    await redis.set('order', order.join());
  };
  const noting = invariant('notes', async ({ redis }) => void seen.add(String(await redis.get('order'))));
  const cast = scenario({ name: 'at once', workers: [body], invariants: [noting] });
  expect(await explore(cast, { session, strategy: 'exhaustive' })).toMatchObject({
    kind: 'holds',
    complete: true,
  });
  expect([...seen].sort()).toEqual(['a,b,c', 'a,c,b', 'c,a,b']);
});
