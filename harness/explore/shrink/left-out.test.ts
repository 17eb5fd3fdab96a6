import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { invariant } from '../../check/invariant.js';
import { Environment } from '../../execution/host/environment.js';
import { scenario } from '../../scenario/scenario.js';
import { sharedServer } from '../../server/index.js';
import { explore } from '../explore.js';
import { readThenWrite } from '../testing/counter.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

describe('leaving workers out', () => {
  test('should not count where the invariant breaks for their absence alone', async () => {
    const all = scenario({
      name: 'everybody counts',
      workers: readThenWrite,
      workerCount: 3,
      invariants: [
        invariant('three views', async ({ redis }) => {
          const views = await redis.get('c');
          if (views !== '3') return { expected: '3', observed: String(views) };
        }),
      ],
    });
    const verdict = await explore(all, { session: environment });
    expect(verdict.minimal).toEqual({ workers: 3, steps: 6, preemptions: 1, faults: 0 });
    expect(verdict.record?.verdict.observed).toBe('2');
  });

  test('should count where it is broken with everybody too', async () => {
    const never = scenario({
      name: 'always broken',
      workers: readThenWrite,
      workerCount: 3,
      invariants: [invariant('nothing happens', () => ({ expected: 'nothing', observed: 'something' }))],
    });
    expect((await explore(never, { session: environment })).minimal).toMatchObject({
      workers: 1,
      preemptions: 0,
    });
  });
});
