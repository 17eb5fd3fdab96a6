import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { invariant } from '../../../check/invariant.js';
import { Environment } from '../../../execution/host/environment.js';
import type { Verdict } from '../../../record/verdict.js';
import { scenario } from '../../../scenario/scenario.js';
import type { Scenario } from '../../../scenario/types.js';
import { sharedServer } from '../../../server/index.js';
import { explore } from '../../explore.js';
import { STRATEGY_NAMES, type StrategyName } from '../../search/strategies.js';
import { drivePredictedChoosers } from '../../testing/predicted-choosers.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

const RUNS = 150;
/** Those that ask choosers, at least at first. */
const CHOOSERS = STRATEGY_NAMES.filter((name) => name !== 'exhaustive');

/** A lock whose lease may run out, and a stock that is sold with it; a worker may crash, or lose its connection. */
const selling = (max: number): Scenario =>
  scenario({
    name: 'selling',
    workers: async ({ redis, sleep, operation }) => {
      if ((await redis.set('lock', 'mine', 'PX', 60, 'NX')) === null) return;
      await operation('sell', async () => {
        const stock = Number(await redis.get('stock'));
        await sleep(50);
        await redis.set('stock', stock + 1);
      });
      await redis.eval("return redis.call('DEL', KEYS[1])", 1, 'lock');
    },
    workerCount: 3,
    faults: { kinds: ['worker-crash', 'reset-after-apply'] },
    workersMayFail: true,
    invariants: [
      invariant('sold', async ({ redis, history }) => {
        const sold = Number(await redis.get('stock'));
        const done = history.count('sell', 'ok');
        return sold > max ? { expected: `at most ${max}`, observed: `${sold} of ${done}` } : undefined;
      }),
    ],
  });

/** All of a verdict but how long it took, and how its executions were come by. */
function bare({ record, ...verdict }: Verdict): unknown {
  return {
    ...verdict,
    tookMs: 0,
    prediction: undefined,
    redundant: 0,
    record: undefined,
    tape: record?.tape,
  };
}

describe('Executions of strategies that ask choosers', () => {
  test.each(CHOOSERS)('should be what they come to when they are run: %s', async (strategy) => {
    const found = await drivePredictedChoosers(environment, selling(9), strategy, RUNS);
    expect(found.differences).toEqual([]);
    expect(found.ended).toBeUndefined();
    expect(found.checked).toBeGreaterThan(found.executions / 2);
  });

  test.each(CHOOSERS)('should come to the same verdict, composed or run: %s', async (strategy) => {
    const search = (max: number, predict: boolean): Promise<Verdict> =>
      explore(selling(max), { session: environment, strategy, runs: RUNS, predict });
    for (const max of [9, 1, 0]) {
      const composed = await search(max, true);
      expect(bare(composed)).toEqual(bare(await search(max, false)));
      if (composed.kind !== 'breaks') expect(composed.prediction!.predicted).toBeGreaterThan(RUNS / 3);
    }
  });
});

describe('What was composed for a chooser', () => {
  // The operating system keeps it, where nobody looks for it.
  const began = process.umask();
  afterEach(() => void process.umask(began));
  const searches: readonly StrategyName[] = ['systematic', 'random', 'auto'];

  test.each(searches)('should not count where it turns out to be wrong: %s', async (strategy) => {
    const turning = (from: number): Scenario =>
      scenario({
        name: 'turning',
        workers: async ({ redis }) => {
          await redis.incr('a');
          await redis.incr('b');
          await redis.incr('c');
          if (process.umask() >= from) await redis.get('late');
        },
        workerCount: 3,
        invariants: [
          invariant('looks', async ({ redis }) => {
            process.umask(Math.min(0o777, process.umask() + 1));
            await redis.get('a');
          }),
        ],
      });
    process.umask(0);
    const options = { session: environment, strategy, runs: 1000 } as const;
    const plain = await explore(turning(0), { ...options, predict: false });
    process.umask(0);
    const verdict = await explore(turning(120), { ...options, predict: true });
    expect(verdict).toMatchObject({ kind: plain.kind, executions: plain.executions, raced: plain.raced });
    expect(verdict.prediction!.ended).toMatch(/that were composed do not count, and the search began anew/);
  });
});
