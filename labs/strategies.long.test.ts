/** What holds holds however it is looked for: under every strategy, from several seeds, with more workers than the lesson has. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Environment } from '../harness/execution/host/environment.js';
import { STRATEGY_NAMES } from '../harness/explore/search/strategies.js';
import { explore, sharedServer } from '../harness/index.js';
import { HOLDING } from '../test/support/lab-variants.js';

/** Executions of one combination: there are some 1,500, and all of them are to take minutes. */
const RUNS = 20;
const SEEDS = [1, 2, 3];
const WORKERS = [2, 3, 4, 5];

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

test.each(HOLDING)(
  '$lab/$variant.name should hold under every strategy, from every seed, with any number of workers',
  async ({ variant: { scenario } }) => {
    for (const strategy of STRATEGY_NAMES) {
      // Workers that do different things are as many as there are.
      for (const workerCount of scenario.uniform ? WORKERS : [scenario.workers.length]) {
        // Where the seed decides nothing but the random numbers of the workers, one is enough.
        for (const seed of isSearch(strategy) ? SEEDS.slice(0, 1) : SEEDS) {
          const verdict = await explore(scenario, {
            session: environment,
            strategy,
            ...(scenario.uniform ? { workerCount } : {}),
            seed,
            runs: RUNS,
          });
          const where = `${strategy}, ${workerCount} workers, seed ${seed}: ${verdict.message}`;
          // A search that did not come to its end within the executions is incomplete; nothing may be wrong.
          expect(verdict.kind, where).toMatch(/^(?:holds|incomplete)$/);
          expect(verdict.message, where).toContain('nothing wrong');
          expect(verdict.executions, where).toBeGreaterThan(0);
        }
      }
    }
  },
);

function isSearch(strategy: string): boolean {
  return ['auto', 'exhaustive', 'systematic'].includes(strategy);
}
