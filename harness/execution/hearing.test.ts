import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { invariant } from '../check/invariant.js';
import { explore } from '../explore/explore.js';
import { openSession, type Session } from '../explore/session.js';
import { scenario } from '../scenario/scenario.js';
import type { Scenario, WorkerBody } from '../scenario/types.js';
import { sharedServer } from '../server/index.js';

let session: Session;
beforeAll(async () => {
  session = await openSession(await sharedServer());
});
afterAll(() => session.close());

/** Says in which order a worker hears things. */
function hearing(...workers: WorkerBody[]): { cast: Scenario; heard: Set<string> } {
  const heard = new Set<string>();
  const noting = invariant('notes', async ({ redis }) => void heard.add(String(await redis.get('heard'))));
  return { cast: scenario({ name: 'hears', workers, invariants: [noting] }), heard };
}

const tell: WorkerBody = async ({ redis }) =>
  void (await redis.multi().set('row', 'new').publish('news', 'x').exec());

describe('What a process hears first', () => {
  test('should be a choice between a reply and a message on another connection', async () => {
    const { cast, heard } = hearing(async ({ redis, connect }) => {
      const seen: string[] = [];
      const other = connect();
      other.on('message', () => seen.push('message'));
      await other.subscribe('news');
      seen.push(String(await redis.get('row')));
      await redis.set('heard', seen.join());
    }, tell);
    expect(await explore(cast, { session, strategy: 'exhaustive' })).toMatchObject({
      kind: 'holds',
      complete: true,
    });
    // Asked before and heard after what the message tells of: that takes a reply that is on its way meanwhile.
    expect([...heard].sort()).toEqual(['message,new', 'message,null', 'new', 'null']);
  });

  test('should be a choice between the replies on two connections', async () => {
    const { cast, heard } = hearing(async ({ redis, connect }) => {
      const seen: string[] = [];
      const other = connect();
      const ask = async (client: typeof redis, name: string): Promise<void> =>
        void seen.push(`${name}=${await client.incr('c')}`);
      await Promise.all([ask(redis, 'a'), ask(other, 'b')]);
      await redis.set('heard', seen.join());
    });
    expect(await explore(cast, { session, strategy: 'exhaustive' })).toMatchObject({ complete: true });
    expect([...heard].sort()).toEqual(['a=1,b=2', 'a=2,b=1', 'b=1,a=2', 'b=2,a=1']);
  });

  test('should be in the order of the server on one connection', async () => {
    const { cast, heard } = hearing(async ({ redis, connect }) => {
      const seen: string[] = [];
      const other = connect();
      const ask = async (client: typeof redis, name: string): Promise<void> => {
        await client.get('x');
        seen.push(name);
      };
      await Promise.all([ask(redis, 'a1'), ask(redis, 'a2'), ask(other, 'b')]);
      await redis.set('heard', seen.join());
    });
    expect(await explore(cast, { session, strategy: 'exhaustive' })).toMatchObject({ complete: true });
    expect([...heard].sort()).toEqual(['a1,a2,b', 'a1,b,a2', 'b,a1,a2']);
  });

  test('should not be a choice where a worker has one thing under way', async () => {
    const { cast } = hearing(
      async ({ redis, connect }) => {
        const other = connect();
        await redis.get('x');
        await other.set('heard', 'x');
      },
      async ({ redis }) => void (await redis.set('x', 1)),
    );
    expect(await explore(cast, { session, strategy: 'exhaustive' })).toMatchObject({
      executions: 2,
      complete: true,
    });
  });

  test.each(['auto', 'exhaustive', 'systematic', 'random'] as const)(
    'should let %s find a local cache that is filled behind its own invalidation',
    async (strategy) => {
      const cache: WorkerBody = async ({ redis, connect, operation }) => {
        const messages = connect();
        messages.on('message', () => void operation('told', async () => undefined));
        await messages.subscribe('news');
        await operation('fill', () => redis.get('row'));
      };
      const follows = invariant('the cache follows', ({ history }) => {
        const [fill] = history.named('fill');
        const told = history.named('told').some(({ end }) => end < fill!.end);
        return told && fill!.value !== 'new' ? { expected: 'new', observed: String(fill!.value) } : undefined;
      });
      const cast = scenario({ name: 'local cache', workers: [cache, tell], invariants: [follows] });
      const verdict = await explore(cast, { session, strategy });
      expect(verdict).toMatchObject({ kind: 'breaks', invariant: 'the cache follows' });
      expect(verdict.record!.reproduced).toEqual({ times: 20, of: 20 });
    },
  );
});
