import { afterAll, beforeAll, expect, test } from 'vitest';
import { atMostOnce, noLostUpdate } from '../../check/invariants.js';
import { mutualExclusion } from '../../check/locks/mutual-exclusion.js';
import { Environment } from '../../execution/host/environment.js';
import { scenario } from '../../scenario/scenario.js';
import type { Scenario, WorkerBody } from '../../scenario/types.js';
import { sharedServer } from '../../server/index.js';
import type { Explanation } from '../../record/format.js';
import { runTape, type Failure } from '../tape/run-tape.js';
import { Tape } from '../tape/tape.js';
import { explain } from './explain.js';
import { observedScripts } from './scripts.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

async function explained(cast: Scenario, tape: string): Promise<Explanation & { text: string }> {
  const parsed = Tape.parse(tape);
  const failure = await runTape(environment, cast, parsed, { seed: 1, traced: true });
  expect(failure.result.finding).toBeDefined();
  const trial = { environment, scenario: cast, skip: parsed.skip, seed: 1 };
  const explanation = await explain(
    trial,
    failure as Failure,
    await observedScripts(trial, failure.result.steps),
  );
  const text = failure.result.steps.map(({ id, fault }) => id + (fault === undefined ? '' : '!')).join(' ');
  return { ...explanation!, text };
}

const increment: WorkerBody = ({ redis, operation }) =>
  operation('increment', async () => {
    const count = Number(await redis.get('c'));
    await redis.set('c', String(count + 1));
  });

function counter(workers: WorkerBody | readonly WorkerBody[], extra: object = {}): Scenario {
  const invariants = [noLostUpdate({ key: 'c' }), atMostOnce({ key: 'c' })];
  return scenario({ name: 'counter', workers, invariants, ...extra });
}

test('the preemption of a lost update is necessary, and the write before the read makes it pass', async () => {
  const { text, reverted, pair, unrelated } = await explained(counter(increment), '0.1');
  expect(text).toBe('w1.1 w2.1 w2.2 w1.2');
  expect(reverted).toEqual([{ step: 2, change: 'preemption', necessary: true }]);
  expect(pair).toEqual([1, 3]);
  expect(unrelated).toEqual([]);
});

test('what was not shrunk away and does not matter is marked so', async () => {
  // A lost update of w1 and w2, and a preemption in the midst of what w3 does elsewhere.
  const elsewhere: WorkerBody = async ({ redis }) => {
    await redis.set('other', '1');
    await redis.get('other');
  };
  const cast = counter([elsewhere, increment, increment]);
  const { text, reverted } = await explained(cast, '0.1.2');
  expect(text).toBe('w1.1 w2.1 w3.1 w3.2 w1.2 w2.2');
  expect(reverted).toEqual([
    { step: 2, change: 'preemption', necessary: false },
    { step: 3, change: 'preemption', necessary: true },
  ]);
});

test('a fault alone: no swap helps, and the fault is necessary', async () => {
  const add: WorkerBody = ({ redis, operation }) => operation('increment', () => redis.incr('c'));
  const cast = counter(add, { faults: { kinds: ['reset-after-apply'] } });
  const { text, reverted, pair } = await explained(cast, 'f1');
  expect(text).toMatch(/^w1\.1! /);
  expect(reverted).toEqual([{ step: 1, change: 'fault', necessary: true }]);
  expect(pair).toBeUndefined();
});

test('a second fault that does nothing to the outcome is not necessary', async () => {
  const add: WorkerBody = ({ redis, operation }) =>
    operation('increment', () => redis.incr('c')).then(() => redis.get('other'));
  const cast = counter(add, { workerCount: 1, faults: { kinds: ['reset-after-apply'], budget: 2 } });
  const { reverted } = await explained(cast, 'f1.0.f1');
  expect(reverted.map(({ change, necessary }) => [change, necessary])).toEqual([
    ['fault', true],
    ['fault', false],
  ]);
});

test('steps that are not causally before the failure are unrelated', async () => {
  const busy: WorkerBody = async ({ redis }) => {
    for (const key of ['a', 'b', 'a']) await redis.incr(key);
  };
  const { text, unrelated } = await explained(counter([increment, increment, busy]), '0.1');
  expect(text).toBe('w1.1 w2.1 w2.2 w1.2 w3.1 w3.2 w3.3');
  expect(unrelated).toEqual([5, 6, 7]);
});

test('what an invariant reads counts, also where it is written by a script or a transaction', async () => {
  const scripted: WorkerBody = ({ redis }) => redis.eval("return redis.call('SET', 'c', 1)", 0);
  const queued: WorkerBody = ({ redis }) => redis.multi().set('c', '2').exec();
  const elsewhere: WorkerBody = ({ redis }) => redis.eval("return redis.call('SET', 'd', 1)", 1, 'd');
  const cast = scenario({
    name: 'writers',
    workers: [elsewhere, scripted, queued],
    invariants: [
      { id: 'one', check: async ({ redis }) => ({ expected: '1', observed: (await redis.get('c'))! }) },
    ],
  });
  const { text, unrelated } = await explained(cast, 'calm');
  expect(text).toBe('w1.1 w2.1 w3.1 w3.2 w3.3');
  expect(unrelated).toEqual([1]);
});

test('what two workers do while both are inside is the violation itself', async () => {
  const enter: WorkerBody = async ({ redis, critical }) => {
    await redis.incr('entries');
    await critical(async () => {
      await redis.incr('work');
      await redis.incr('more');
    });
  };
  const cast = scenario({ name: 'open', workers: enter, invariants: [mutualExclusion()] });
  const { text, reverted, unrelated } = await explained(cast, '0.1');
  expect(text).toBe('w1.1 w2.1 w2.2 w2.3 w1.2 w1.3');
  expect(reverted).toEqual([{ step: 2, change: 'preemption', necessary: true }]);
  expect(unrelated).toEqual([]);
});

test('what comes after two workers were inside is unrelated', async () => {
  const enter: WorkerBody = async ({ redis, critical, step }) => {
    await redis.incr('entries');
    await critical(() => step('send the report'));
    await redis.incr('work');
    await redis.incr('more');
  };
  const cast = scenario({ name: 'open', workers: enter, invariants: [mutualExclusion()] });
  const { text, unrelated } = await explained(cast, '0.1');
  expect(text).toBe('w1.1 w2.1 w2.step1 w2.2 w2.3 w1.step1 w1.2 w1.3');
  expect(unrelated).toEqual([4, 5, 7, 8]);
});

test.each<[string, string | Buffer]>([
  ['letters of any script', 'счёт🛒'],
  ['bytes', Buffer.from([0xff, 0x00, 0x41])],
])('the key that an invariant reads may consist of %s', async (_name, key) => {
  const inBytes: WorkerBody = ({ redis, operation }) =>
    operation('increment', async () => {
      const count = Number(await redis.get(key));
      await redis.set(key, String(count + 1));
    });
  const cast = scenario({
    name: 'bytes',
    workers: inBytes,
    invariants: [{ id: 'two', check: async ({ redis }) => notTwo(await redis.get(key)) }],
  });
  const { text, unrelated } = await explained(cast, '0.1');
  expect(text).toBe('w1.1 w2.1 w2.2 w1.2');
  expect(unrelated).toEqual([]);
});

test('an invariant may look into another database', async () => {
  const elsewhere: WorkerBody = async ({ redis }) => {
    await redis.set('c', '0');
    await redis.select(1);
    await redis.set('c', '1');
  };
  const cast = scenario({
    name: 'databases',
    workers: elsewhere,
    workerCount: 1,
    invariants: [
      {
        id: 'two',
        check: async ({ redis }) => {
          await redis.select(1);
          return notTwo(await redis.get('c'));
        },
      },
    ],
  });
  const { text, unrelated } = await explained(cast, 'calm');
  expect(text).toBe('w1.1 w1.2 w1.3');
  expect(unrelated).toEqual([]);
});

function notTwo(observed: string | null): { expected: string; observed: string } | undefined {
  return observed === '2' ? undefined : { expected: '2', observed: String(observed) };
}
