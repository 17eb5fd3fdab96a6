import { afterAll, beforeAll, expect, test } from 'vitest';
import { invariant, type InvariantContext } from '../../check/invariant.js';
import { Environment } from '../../execution/host/environment.js';
import { scenario } from '../../scenario/scenario.js';
import type { ScenarioOptions } from '../../scenario/types.js';
import { sharedServer } from '../../server/index.js';
import { DepthFirstSearch } from '../dpor/depth-first.js';
import { Exhaustive } from '../exhaustive/exhaustive.js';
import { driveLive } from './live.js';

/** A scenario, small enough to run every single interleaving as well. @internal */
export interface Case extends Omit<ScenarioOptions, 'name' | 'invariants'> {
  /** Early timers at most. */
  readonly delays?: number;
  /** Timeouts of clients are early only while a fault keeps back what they wait for. */
  readonly heldOnly?: true;
  /** Something of the history that counts as outcome, too. */
  readonly sees?: (context: InvariantContext) => unknown;
}

/** All that a run may end in, as text. */
async function outcomes(
  environment: Environment,
  { delays = 0, heldOnly, sees, ...options }: Case,
  dfs: boolean,
): Promise<{ ends: string[]; executions: number }> {
  const ends = new Set<string>();
  const probe = invariant('nothing', async (context) => {
    const { redis, history } = context;
    const store: unknown[] = [];
    for (const key of (await redis.keys('*')).sort()) {
      const value = await redis.dumpBuffer(key);
      store.push([key, value.toString('latin1'), await redis.call('PEXPIRETIME', key)]);
    }
    const names = [...new Set(['add', 'set'])];
    const counts = names.map((name) =>
      (['ok', 'failed', 'unknown', 'pending'] as const).map((outcome) => history.count(name, outcome)),
    );
    ends.add(JSON.stringify([store, counts, sees?.(context)]));
  });
  const cast = scenario({ name: 'case', ...options, invariants: [probe] });
  const clientTimers = heldOnly === true ? {} : { clientTimers: true as const };
  const limits = { fault: cast.faults.budget, delay: delays, ...clientTimers };
  const strategy = new Exhaustive(limits, dfs ? () => new DepthFirstSearch(false) : undefined);
  const { maximal } = await driveLive(environment, cast, strategy, ({ finding }) => {
    if (finding !== undefined) ends.add(`${finding.id}: ${finding.observed}`);
  });
  return { ends: [...ends].sort(), executions: maximal };
}

/** One test for each: the reduced search sees what a search of every single interleaving sees. @internal */
export function seesEveryOutcome(cases: Readonly<Record<string, Case>>): void {
  let environment: Environment;
  beforeAll(async () => {
    environment = await Environment.open(await sharedServer());
  });
  afterAll(async () => {
    await environment.control.call('CONFIG', 'SET', 'notify-keyspace-events', '');
    environment.close();
  });

  test.each(Object.entries(cases))('should see every outcome of: %s', async (_name, one) => {
    const reduced = await outcomes(environment, one, false);
    const all = await outcomes(environment, one, true);
    expect(reduced.ends).toEqual(all.ends);
    expect(reduced.executions).toBeLessThanOrEqual(all.executions);
  });
}
