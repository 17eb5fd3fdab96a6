import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { invariant } from '../../check/invariant.js';
import { Environment } from '../../execution/host/environment.js';
import { execute } from '../../execution/execution.js';
import type { Decision } from '../../execution/steps/decision.js';
import { scenario } from '../../scenario/scenario.js';
import type { Scenario, WorkerBody } from '../../scenario/types.js';
import { sharedServer } from '../../server/index.js';
import { EveryChoice } from '../testing/every-choice.js';
import { driveLive } from '../testing/live.js';
import { Exhaustive } from './exhaustive.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

const OPTIONS = {
  numRuns: Number(process.env['N'] ?? 40),
  seed: Number(process.env['S'] ?? 1),
  endOnFailure: true,
};
/** Programs with more are passed over, for the time that they would take. */
const EXECUTIONS_MAX = 800;
const KEYS = ['a', 'b'];
const key = fc.constantFrom(...KEYS);
/** Deadlines that fall between the ends of sleeps, on them, and right behind them. */
const ttlMs = fc.constantFrom(49, 50, 70, 120);
const action = fc.oneof(
  fc.record({ what: fc.constantFrom('lease', 'lock'), key, ttlMs }),
  fc.record({ what: fc.constantFrom('get', 'del', 'persist', 'pttl'), key, ttlMs: fc.constant(0) }),
  fc.record({ what: fc.constant('sleep'), key: fc.constant('-'), ttlMs: fc.constantFrom(50, 100, 130) }),
);
type Action = (typeof action extends fc.Arbitrary<infer T> ? T : never) & { what: string };

/** Does what it is told, and says in the end what it saw. */
function worker(actions: readonly Action[]): WorkerBody {
  return async ({ id, redis, sleep }) => {
    const seen: unknown[] = [];
    for (const { what, key: name, ttlMs: ms } of actions) {
      if (what === 'sleep') await sleep(ms);
      else if (what === 'lease') await redis.set(name, id, 'PX', ms);
      else if (what === 'lock') seen.push(await redis.set(name, id, 'PX', ms, 'NX'));
      else seen.push(await redis.call(what, name));
    }
    if (seen.length > 0) await redis.set(`seen${id}`, seen.map(String).join());
  };
}

/** The stores that executions end in, as they come. */
function noting(programs: readonly Action[][], found: Set<string>): Scenario {
  const probe = invariant('nothing', async ({ redis }) => {
    const names = [...KEYS, 'seen1', 'seen2', 'seen3'];
    const lives = await Promise.all(KEYS.map((name) => redis.pexpiretime(name)));
    found.add(JSON.stringify([await redis.mget(...names), lives]));
  });
  return scenario({ name: 'time', workers: programs.map(worker), invariants: [probe] });
}

/** What the search comes to; it must run no class twice. */
async function searched(programs: readonly Action[][]): Promise<{ ends: string[]; runs: number }> {
  const found = new Set<string>();
  const strategy = new Exhaustive({ fault: 0, delay: 0 });
  const { maximal, classes } = await driveLive(environment, noting(programs, found), strategy);
  expect(classes.size).toBe(maximal);
  return { ends: [...found].sort(), runs: maximal };
}

/** What all choices come to, one after the other, without any reduction. @returns undefined where there are too many */
async function enumerated(
  programs: readonly Action[][],
): Promise<{ ends: string[]; runs: number } | undefined> {
  const found = new Set<string>();
  const cast = noting(programs, found);
  const every = new EveryChoice();
  for (let runs = 1; runs <= EXECUTIONS_MAX; runs++) {
    const choose = ({ moves }: Decision): number => every.take(moves.length);
    await execute(environment, cast, { chooser: { choose }, seed: 1 });
    if (!every.next()) return { ends: [...found].sort(), runs };
  }
  return undefined;
}

describe('Exhaustive on generated programs with sleeps and leases', () => {
  test('should see every end that some interleaving of steps, timers and expiries has', async () => {
    const actions = fc.array(action, { minLength: 1, maxLength: 3 });
    const programs = fc
      .array(actions, { minLength: 2, maxLength: 3 })
      .filter((all) => all.flat().length <= 6 && all.flat().some(({ what }) => what === 'sleep'));
    const property = fc.asyncProperty(programs, async (workers) => {
      const all = await enumerated(workers);
      fc.pre(all !== undefined);
      const reduced = await searched(workers);
      expect(reduced.ends).toEqual(all.ends);
      expect(reduced.runs).toBeLessThanOrEqual(all.runs);
    });
    await fc.assert(property, OPTIONS);
  });
});
