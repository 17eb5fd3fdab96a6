import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { invariant } from '../../check/invariant.js';
import { Environment } from '../../execution/host/environment.js';
import { scenario } from '../../scenario/scenario.js';
import type { ScenarioOptions } from '../../scenario/types.js';
import { sharedServer } from '../../server/index.js';
import { explore } from '../explore.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

const CASES: Record<string, Omit<ScenarioOptions, 'name' | 'invariants'>> = {
  'INCR, and cut connections': {
    workers: ({ redis, operation }) => operation('add', () => redis.incr('c')),
    faults: { kinds: ['reset-before-send', 'reset-after-apply', 'zombie-request', 'worker-crash'] },
  },
  'GET and SET, and a crash': {
    workers: ({ redis, operation }) =>
      operation('add', async () => redis.set('c', Number(await redis.get('c')) + 1)),
    faults: { kinds: ['worker-crash', 'reset-after-apply'] },
    client: 'single-shot',
    workersMayFail: true,
  },
  'a lock, and a holder that crashes': {
    workers: async ({ name, redis, step, operation }) => {
      if ((await redis.set('lock', name, 'PX', 1000, 'NX')) === null) return;
      await operation('add', () => step('work'));
      await redis.del('lock');
    },
    faults: { kinds: ['worker-crash', 'reset-after-apply'] },
  },
};

/** All that an execution may end in, whoever it is that does it. */
async function outcomes(
  options: Omit<ScenarioOptions, 'name' | 'invariants'>,
): Promise<{ ends: string[]; executions: number }> {
  const ends = new Set<string>();
  const probe = invariant('nothing', async ({ redis, history }) => {
    const locked = (await redis.exists('lock')) === 1;
    const counts = (['ok', 'failed', 'unknown', 'pending'] as const).map((outcome) =>
      history.count('add', outcome),
    );
    ends.add(JSON.stringify([await redis.get('c'), locked, counts]));
  });
  const cast = scenario({ name: 'alike', workerCount: 3, ...options, invariants: [probe] });
  const verdict = await explore(cast, { session: environment, strategy: 'exhaustive' });
  expect(verdict).toMatchObject({ kind: 'holds', complete: true });
  expect(verdict.bounds.alike).toBe(cast.interchangeable || undefined);
  return { ends: [...ends].sort(), executions: verdict.executions };
}

describe('Workers that are alike', () => {
  test.each(Object.entries(CASES))('should come to every outcome of: %s', async (_name, one) => {
    const each = await outcomes(one);
    const alike = await outcomes({ ...one, interchangeable: true });
    expect(alike.ends).toEqual(each.ends);
    expect(alike.executions).toBeLessThanOrEqual(each.executions / 3);
  });

  test('should not be believed to be when they are not', async () => {
    const cast = scenario({
      name: 'roles',
      workers: ({ id, redis }) => (id === 1 ? redis.set('c', 1) : redis.get('c')),
      interchangeable: true,
      invariants: [],
    });
    expect(await explore(cast, { session: environment })).toMatchObject({
      kind: 'error',
      message: "workers 1 and 2 are not interchangeable: in each other's place they differ at step 1",
    });
  });
});
