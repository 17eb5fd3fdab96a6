import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noLostUpdate } from '../../check/invariants.js';
import { Environment } from '../../execution/host/environment.js';
import { scenario } from '../../scenario/scenario.js';
import type { FaultPlan, Scenario } from '../../scenario/types.js';
import { sharedServer } from '../../server/index.js';
import { explore } from '../explore.js';
import { inSessions } from '../testing/in-sessions.js';
import type { IdleFault } from '../../record/verdict.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

function counting(faults: FaultPlan): Scenario {
  return scenario({
    name: 'counting',
    workers: ({ redis, operation }) => operation('increment', () => redis.incr('c')),
    invariants: [noLostUpdate({ key: 'c' })],
    workersMayFail: true,
    faults,
  });
}

async function idle(cast: Scenario, strategy: 'auto' | 'rotate' = 'auto'): Promise<readonly IdleFault[]> {
  const verdict = await explore(cast, { session: environment, strategy, runs: 200 });
  expect(verdict).toMatchObject({ kind: 'holds' });
  return verdict.idleFaults ?? [];
}

describe('planned faults that never had anything to strike at', () => {
  test.each(['auto', 'rotate'] as const)('should be named, with what they need: %s', async (strategy) => {
    const kinds = ['reset-before-send', 'refuse-connect', 'server-noscript'] as const;
    expect(await idle(counting({ kinds: [...kinds] }), strategy)).toEqual([
      { fault: 'refuse-connect', needs: expect.stringContaining('a reconnect, which another fault') },
      { fault: 'server-noscript', needs: 'an EVALSHA' },
    ]);
  });

  test('should be none where another fault makes room for it, or where it is aimed at a first connect', async () => {
    expect(await idle(counting({ kinds: ['reset-before-send', 'refuse-connect'], budget: 2 }))).toEqual([]);
    const first = { kind: 'refuse-connect', at: { reconnect: 0 } } as const;
    expect(await idle(counting({ kinds: [first] }))).toEqual([]);
  });

  test('should be named with their aim where nothing fits it', async () => {
    const aimed = { kind: 'reset-before-send', at: { command: 'INCRBY', worker: 2 } } as const;
    expect(await idle(counting({ kinds: ['reset-before-send', aimed] }))).toEqual([
      { fault: aimed, needs: 'a command, and one that fits its aim' },
    ]);
  });

  test('should not be a matter of a plan without a budget, nor of a search that found something', async () => {
    expect(await idle(counting({ kinds: ['refuse-connect'], budget: 0 }))).toEqual([]);
    const failing = counting({ kinds: ['refuse-connect', 'reset-after-apply'] });
    const verdict = await explore(
      { ...failing, invariants: [noLostUpdate({ key: 'other' })] },
      { session: environment },
    );
    expect(verdict.kind).toBe('breaks');
    expect(verdict).not.toHaveProperty('idleFaults');
  });

  test('should not be forgotten by a search that goes on: what struck before still did', async () => {
    // Only whoever comes first looks, and that is tried first.
    const cast = scenario({
      name: 'first',
      workers: [
        async ({ redis }) => {
          if ((await redis.incr('c')) === 1) await redis.get('x');
        },
        async ({ redis }) => void (await redis.incr('c')),
      ],
      invariants: [],
      workersMayFail: true,
      faults: { kinds: [{ kind: 'error-reply', at: { command: 'GET' } }, 'refuse-connect'] },
    });
    const whole = await explore(cast, { session: environment, strategy: 'exhaustive' });
    expect(whole).toMatchObject({ kind: 'holds', idleFaults: [{ fault: 'refuse-connect' }] });
    const { verdict, sessions } = await inSessions(environment, cast, 1, (saved) =>
      expect(saved.offered).toEqual([0]),
    );
    expect(sessions).toBe(whole.executions);
    expect(verdict.idleFaults).toEqual(whole.idleFaults);
  });
});
