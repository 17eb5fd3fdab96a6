import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { invariant, type Invariant } from '../check/invariant.js';
import { atMostOnce, noLostUpdate } from '../check/invariants.js';
import { checkLinearizable } from '../check/linearizability/check.js';
import { counterModel } from '../check/linearizability/models/registers.js';
import { Environment } from '../execution/host/environment.js';
import { scenario } from '../scenario/scenario.js';
import { sometimes } from '../scenario/sometimes.js';
import type { ScenarioOptions, WorkerBody } from '../scenario/types.js';
import { sharedServer } from '../server/index.js';
import type { Verdict } from '../record/verdict.js';
import { explore } from './explore.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

const add: WorkerBody = ({ redis, operation }) => operation('add', () => redis.incr('c'), 'not a number');

function verdictOf(options: Partial<ScenarioOptions>): Promise<Verdict> {
  const cast = scenario({ name: 'misuse', workers: add, invariants: [], ...options });
  return explore(cast, { session: environment, runs: 20 });
}

describe('wrong use of the lab is an error by name, no break', () => {
  test.each<[string, Invariant['check'], string]>([
    [
      'a model that does not fit',
      ({ history }) => void checkLinearizable(history, counterModel({ increment: 'add' })),
      'is written wrongly: counterModel: the input of "add" is a number',
    ],
    [
      'an option that makes no sense',
      ({ history }) => void checkLinearizable(history, counterModel(), { stepsMax: 0 }),
      'is written wrongly: ',
    ],
    [
      'a ready-made invariant made in it, wrongly',
      () => void noLostUpdate({ key: 7 as unknown as string }),
      'is written wrongly: noLostUpdate: ',
    ],
    [
      'one made in it and not checked',
      (() => atMostOnce({ key: 'c' })) as unknown as Invariant['check'],
      'which says nothing',
    ],
    [
      'one that an assertion wraps',
      ({ history }) => {
        assert.doesNotThrow(() => checkLinearizable(history, counterModel({ increment: 'add' })));
      },
      'is written wrongly: counterModel',
    ],
    [
      'a name that nothing has',
      () => {
        // @ts-expect-error -- as it is without types
        // oxlint-disable-next-line no-undef
        expect(hisotry.count('add')).toBe(2);
      },
      'is written wrongly: hisotry is not defined',
    ],
  ])('in an invariant: %s', async (_what, check, message) => {
    const { kind, message: said, record } = await verdictOf({ invariants: [invariant('x', check)] });
    expect({ kind, record }).toEqual({ kind: 'error', record: undefined });
    expect(said).toMatch(/^the invariant "x" /);
    expect(said).toContain(message);
  });

  test.each<[string, WorkerBody, string]>([
    [
      'an operation without a function',
      ({ operation }) => operation('add', 7 as never),
      'w1: operation(name, body)',
    ],
    [
      'an operation without a name',
      ({ operation, redis }) => operation((() => redis.get('c')) as never, undefined as never),
      'w1: operation(name, body)',
    ],
    ['a sleep of no time', ({ sleep }) => sleep('soon' as never), "w1: sleep takes a time in ms, not 'soon'"],
    ['a condition of nothing', async () => sometimes('', true), 'w1: '],
  ])('in a worker: %s', async (_what, workers, message) => {
    for (const workersMayFail of [false, true]) {
      const { kind, message: said } = await verdictOf({ workers, workerCount: 1, workersMayFail });
      expect(kind).toBe('error');
      expect(said).toContain(message);
    }
  });

  test('in setup', async () => {
    const { kind, message } = await verdictOf({
      setup: async () => noLostUpdate({ key: 7 as unknown as string }),
    });
    expect(kind).toBe('error');
    expect(message).toMatch(/^the setup failed: noLostUpdate: /);
  });
});

test('what a worker ran into stays a break, also where an invariant throws it', async () => {
  const workers: WorkerBody = async ({ operation }) => {
    await operation('add', async () => {
      throw new ReferenceError('x is not defined');
    }).catch(() => undefined);
  };
  const check: Invariant['check'] = ({ history }) => {
    throw history.operations[0]!.error!;
  };
  const { kind, message } = await verdictOf({ workers, invariants: [invariant('x', check)] });
  expect({ kind, message }).toEqual({
    kind: 'breaks',
    message: 'x: expected the invariant holds, observed x is not defined',
  });
});
