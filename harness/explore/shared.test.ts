import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ScenarioError } from '../base/scenario-error.js';
import { invariant } from '../check/invariant.js';
import { Environment } from '../execution/host/environment.js';
import { renderFailure } from '../report/print/failure.js';
import { scenario } from '../scenario/scenario.js';
import { shared } from '../scenario/shared.js';
import type { ScenarioOptions, WorkerBody } from '../scenario/types.js';
import { sharedServer } from '../server/index.js';
import { explore } from './explore.js';
import { replay } from './replay.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

const db = shared('db', 1);
const fresh = invariant('the cache is fresh', async ({ redis }) => {
  const [cached, row] = [await redis.get('cache'), await db.read()];
  if (cached !== null && cached !== String(row)) return { expected: `${row}`, observed: cached };
  return undefined;
});
const fill: WorkerBody = async ({ redis }) => {
  if ((await redis.get('cache')) === null) await redis.set('cache', await db.read());
};
/** Somebody with other work. */
const bystander: WorkerBody = async ({ redis }) => {
  await redis.get('mine');
  await redis.get('mine');
};

function cacheAside(change: WorkerBody, more: Partial<ScenarioOptions> = {}): ReturnType<typeof scenario> {
  const workers = [fill, change, bystander];
  return scenario({ name: 'cache-aside', workers, invariants: [fresh], ...more });
}
const writeThenDelete: WorkerBody = async ({ redis }) => {
  await db.write(2);
  await redis.del('cache');
};

describe('a shared value', () => {
  test('should make the stale fill of a cache-aside scenario a finding, by every strategy', async () => {
    const cast = cacheAside(writeThenDelete);
    for (const strategy of ['auto', 'exhaustive', 'systematic', 'rotate'] as const) {
      const verdict = await explore(cast, { session: environment, strategy });
      expect(verdict).toMatchObject({
        kind: 'breaks',
        message: 'the cache is fresh: expected 2, observed 1',
      });
      const { record } = verdict;
      const steps = record!.steps.map(
        ({ worker, text, command }) => `w${worker} ${text ?? command!.join(' ')}`,
      );
      expect(steps).toEqual([
        'w1 GET cache',
        'w1 db.read → 1',
        'w2 db.write 2',
        'w2 DEL cache',
        'w1 SET cache 1',
      ]);
      expect(record!.steps[2]!.values).toEqual([{ key: 'db', before: '1', after: '2' }]);
      const { same, of } = await replay(cast, record!, { session: environment });
      expect(same).toBe(of);
    }
  });

  test('should be shown with its values, and belong to what led to the failure', async () => {
    const { record } = await explore(cacheAside(writeThenDelete), { session: environment });
    const text = renderFailure(record!, { columns: 120 });
    expect(text).toContain('▸ db.write 2');
    expect(text).toContain('1 → 2');
    expect(text).not.toContain('unrelated');
  });

  test('should hold where it is right, and be among what raced', async () => {
    const locked: WorkerBody = async ({ redis }) => {
      await db.update((value) => value + 1);
      await redis.del('cache');
    };
    const never: WorkerBody = async ({ redis }) => {
      await redis.get('cache');
      await db.read();
    };
    const verdict = await explore(
      scenario({ name: 'update', workers: [never, locked, locked], invariants: [fresh] }),
      { session: environment, strategy: 'exhaustive' },
    );
    expect(verdict).toMatchObject({ kind: 'holds', complete: true });
    expect(verdict.raced!.contested).toEqual(['cache', 'db']);
  });

  test('should be read by several in any order: two reads are independent', async () => {
    const read: WorkerBody = () => db.read();
    const write: WorkerBody = () => db.write(3);
    const options = { session: environment, strategy: 'exhaustive' } as const;
    const none = { name: 'reads', invariants: [], mayNotRace: true };
    expect((await explore(scenario({ ...none, workers: [read, read, read] }), options)).executions).toBe(1);
    expect((await explore(scenario({ ...none, workers: [write, read] }), options)).executions).toBe(2);
    expect((await explore(scenario({ ...none, workers: [write, write, write] }), options)).executions).toBe(
      6,
    );
  });

  test('should lose updates that read and write in two steps, and none in one', async () => {
    const row = shared('row', { count: 0 });
    const both = invariant('all are counted', async ({ workers }) => {
      const { count } = await row.read();
      return count === workers ? undefined : { expected: `${workers}`, observed: `${count}` };
    });
    const apart: WorkerBody = async () => {
      const seen = await row.read();
      seen.count += 1;
      await row.write(seen);
    };
    const atOnce: WorkerBody = () => row.update(({ count }) => ({ count: count + 1 }));
    const options = { session: environment };
    const kindOf = async (workers: WorkerBody) =>
      (await explore(scenario({ name: 'row', workers, workerCount: 3, invariants: [both] }), options)).kind;
    expect(await kindOf(apart)).toBe('breaks');
    expect(await kindOf(atOnce)).toBe('holds');
  });

  test('should be as new in each execution, also where setup writes it', async () => {
    const setup = async (): Promise<void> => db.write((await db.read()) + 41);
    const seen = new Set<number>();
    const workers: WorkerBody = async () => void seen.add(await db.update((value) => value + 1));
    await explore(scenario({ name: 'setup', setup, workers, invariants: [] }), { session: environment });
    expect([...seen].sort((a, b) => a - b)).toEqual([43, 44]);
  });

  test('should refuse what makes no sense', async () => {
    expect(() => shared('', 1)).toThrow(ScenarioError);
    expect(() => shared({} as never, 1)).toThrow("a shared value needs a name, not {}: shared('db', …)");
    expect(() => shared('db', () => 1)).toThrow('the shared value "db" cannot hold [Function');
    expect(() => db.read()).toThrow('db.read was called outside of an execution');
    const workers: WorkerBody = () => db.update((async (value: number) => value) as never);
    const { message } = await explore(scenario({ name: 's', workers, invariants: [] }), {
      session: environment,
    });
    expect(message).toContain('db.update is one step: its function must not wait for anything');
  });

  test('should do nothing for a worker that has crashed', async () => {
    const verdict = await explore(
      scenario({
        name: 'crash',
        workers: [() => db.write(2), () => db.read()],
        faults: { kinds: ['worker-crash'] },
        invariants: [invariant('one or two', async () => void (await db.read()))],
      }),
      { session: environment },
    );
    expect(verdict.kind).toBe('holds');
  });
});
