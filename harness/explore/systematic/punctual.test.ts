import { afterAll, beforeAll, expect, test } from 'vitest';
import { Environment } from '../../execution/host/environment.js';
import { execute } from '../../execution/execution.js';
import { scenario } from '../../scenario/scenario.js';
import type { WorkerBody } from '../../scenario/types.js';
import { sharedServer } from '../../server/index.js';
import { Punctual } from './punctual.js';
import { Systematic } from './systematic.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

const sleeper =
  (ms: number): WorkerBody =>
  async ({ redis, sleep }) => {
    await sleep(ms);
    await redis.append('order', String(ms));
  };
/** Two workers that only sleep and write: whoever is due first comes first, unless its timer is late. */
const cast = scenario({ name: 'sleepers', workers: [sleeper(1), sleeper(2)], invariants: [] });

async function orders(strategy: Systematic): Promise<string[]> {
  const seen: string[] = [];
  while (strategy.start()) {
    const result = await execute(environment, cast, { chooser: strategy, seed: 1 });
    strategy.learn(result);
    seen.push(
      result.steps
        .filter(({ kind }) => kind === 'command')
        .map(({ worker }) => worker)
        .join(''),
    );
  }
  expect(strategy.complete).toBe(true);
  return [...new Set(seen)].sort();
}

test('a timer that fires before one that is due earlier is a preemption', async () => {
  expect(await orders(new Systematic(0, 0))).toEqual(['12', '21']);
  expect(await orders(new Punctual(0, 0))).toEqual(['12']);
  expect(await orders(new Punctual(1, 0))).toEqual(['12', '21']);
});
