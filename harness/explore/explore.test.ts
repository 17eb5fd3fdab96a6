import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { invariant } from '../check/invariant.js';
import { atMostOnce, noLostUpdate } from '../check/invariants.js';
import { Environment } from '../execution/environment.js';
import { execute } from '../execution/execution.js';
import { scenario, ScenarioError, withWorkers, type Scenario, type WorkerBody } from '../scenario.js';
import { sharedServer } from '../server/index.js';
import { explore } from './explore.js';
import { holdsOn, RaceError } from './holds-on.js';
import { replay } from './replay.js';
import { Systematic } from './systematic.js';
import { Tape } from './tape.js';
import { tapes } from './tapes.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

const readThenWrite: WorkerBody = ({ redis, operation }) =>
  operation('increment', async () => {
    const count = Number(await redis.get('c'));
    await redis.set('c', String(count + 1));
  });
const increment: WorkerBody = ({ redis, operation }) => operation('increment', () => redis.incr('c'));

function counter(workers: WorkerBody, count: number, extra: object = {}): Scenario {
  return scenario({
    name: 'counter',
    workers,
    count,
    invariants: [noLostUpdate({ key: 'c' }), atMostOnce({ key: 'c' })],
    ...extra,
  });
}

describe('explore', () => {
  test('should shrink GET+SET with 3 workers to 2 workers, 4 steps, 1 preemption, no fault', async () => {
    const verdict = await explore(counter(readThenWrite, 3), { environment });
    expect(verdict.kind).toBe('breaks');
    expect(verdict.invariant).toBe('no lost update');
    expect(verdict.minimal).toEqual({ workers: 2, steps: 4, preemptions: 1, faults: 0 });
    expect(verdict.record?.reproduced).toEqual({ times: 20, of: 20 });
  });

  test('should shrink INCR under a lost reply to 1 worker, 1 command, 1 fault', async () => {
    const verdict = await explore(counter(increment, 3, { faults: { kinds: ['reset-after-apply'] } }), {
      environment,
    });
    expect(verdict.invariant).toBe('at most once');
    expect(verdict.minimal).toMatchObject({ workers: 1, preemptions: 0, faults: 1 });
    const commands = verdict.record!.steps.filter(({ kind }) => kind === 'command');
    expect(new Set(commands.map(({ command }) => command!.join(' ')))).toEqual(new Set(['INCR c']));
  });

  test('should find the same with random walks, and shrink it to the same', async () => {
    const verdict = await explore(counter(readThenWrite, 3), { environment, strategy: 'random', seed: 7 });
    expect(verdict.minimal).toEqual({ workers: 2, steps: 4, preemptions: 1, faults: 0 });
    expect(verdict.record?.tape).toEqual({ skip: [3], choices: [0, 1] });
  });

  test('should say complete only when nothing within the bounds is left', async () => {
    const whole = await explore(counter(increment, 3), { environment, strategy: 'systematic' });
    expect(whole).toMatchObject({
      kind: 'holds',
      complete: true,
      executions: 6,
      bounds: { preemptions: 2, faults: 0 },
    });
    const part = await explore(counter(increment, 3), { environment, strategy: 'systematic', runs: 5 });
    expect(part).toMatchObject({ kind: 'incomplete', complete: false, executions: 5 });
  });

  test('should not hold because nothing was counted under the name that is looked for', async () => {
    const add: WorkerBody = ({ redis, operation }) => operation('add', () => redis.incr('c'));
    const { kind, message } = await explore(counter(add, 2), { environment });
    expect(kind).toBe('breaks');
    expect(message).toContain('no worker ran an operation called "increment"');
  });

  test('should report what is not deterministic', async () => {
    let runs = 0;
    const changing: WorkerBody = ({ redis }) => redis.set('c', String((runs += 1)));
    const verdict = await explore(counter(changing, 1), { environment });
    expect(verdict.kind).toBe('error');
    expect(verdict.message).toBe(
      'not deterministic: step 1 was "w1.1 SET c 1 -> "OK" @0 ms" in one run and "w1.1 SET c 2 -> "OK" @0 ms" in the next',
    );
  });

  test('should refuse bounds that make no sense', async () => {
    const one = counter(increment, 1);
    await expect(explore(one, { environment, runs: 0 })).rejects.toThrow(ScenarioError);
    await expect(explore(one, { environment, seed: 1.5 })).rejects.toThrow('seed 1.5 is not a whole number');
    await expect(explore(one, { environment, workers: 0 })).rejects.toThrow('0 workers make no race');
    await expect(explore(one, { environment, strategy: 'luck' as never })).rejects.toThrow(
      'unknown strategy "luck"',
    );
    await expect(explore(one, { environment, run: 5 } as object)).rejects.toThrow(
      'an exploration has no option "run"; it has server, environment, strategy, runs, seconds',
    );
  });

  test('should stop when told to', async () => {
    const verdict = await explore(counter(increment, 3), { environment, signal: AbortSignal.abort() });
    expect(verdict).toMatchObject({ kind: 'incomplete', executions: 0 });
  });
});

describe('Systematic', () => {
  test.each([
    [2, 1],
    [2, 2],
    [3, 1],
  ])('should run each execution of %i workers that add %i times exactly once', async (workers, times) => {
    const body: WorkerBody = async ({ redis }) => {
      for (let time = 0; time < times; time++) await redis.incr('c');
    };
    const cast = scenario({ name: 'orders', workers: body, count: workers, invariants: [] });
    const strategy = new Systematic(100, 0);
    const orders = new Set<string>();
    let executions = 0;
    while (strategy.start()) {
      const result = await execute(environment, cast, { chooser: strategy, seed: 1 });
      strategy.learn(result);
      executions += 1;
      orders.add(result.steps.map(({ worker }) => worker).join());
    }
    expect(strategy.complete).toBe(true);
    expect(orders.size).toBe(executions);
    expect(executions).toBe(interleavings(workers, times));
  });
});

/** (workers·times)! / times!^workers */
function interleavings(workers: number, times: number): number {
  const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
  return factorial(workers * times) / factorial(times) ** workers;
}

describe('replay', () => {
  test('should run a record 200 of 200 times the same', async () => {
    const cast = counter(increment, 3, { faults: { kinds: ['reset-after-apply'] } });
    const { record } = await explore(cast, { environment });
    expect(await replay(cast, record!, { environment, times: 200 })).toMatchObject({ same: 200, of: 200 });
    expect(await replay(cast, record!)).toMatchObject({ same: 1, of: 1 });
  });

  test('should name the first step that changed', async () => {
    const { record } = await explore(counter(readThenWrite, 2), { environment });
    const fixed = await replay(counter(increment, 2), record!, { environment });
    expect(fixed.same).toBe(0);
    expect(fixed.firstDifference).toEqual({
      step: 1,
      first: 'w1.1 GET c -> null @0 ms',
      second: 'w1.1 INCR c -> 1 @0 ms',
    });
  });
});

describe('tapes', () => {
  const three = counter(readThenWrite, 3);

  test('should fail a property, and shrink to the simplest tape', async () => {
    const property = fc.asyncProperty(tapes(three), (tape) => holdsOn(three, tape, environment));
    const details = await fc.check(property, { seed: 5 });
    expect(details.failed).toBe(true);
    expect(String(details.counterexample?.[0])).toBe('-w3 0.1');
    expect(details.errorInstance).toBeInstanceOf(RaceError);
  });

  test('should reach the same tape again by seed and path', async () => {
    const property = fc.asyncProperty(tapes(three), (tape) => holdsOn(three, tape, environment));
    const first = await fc.check(property, { seed: 11 });
    const again = await fc.check(property, { seed: 11, path: first.counterexamplePath!, endOnFailure: true });
    expect(again.numRuns).toBe(1);
    expect(String(again.counterexample![0])).toBe(String(first.counterexample![0]));
  });

  test('should take examples and shrink them', async () => {
    const property = fc.asyncProperty(tapes(three), (tape) => holdsOn(three, tape, environment));
    const details = await fc.check(property, { examples: [[new Tape([2, 1, 0, 1, 1])]], numRuns: 1 });
    expect(details.failed).toBe(true);
    expect(String(details.counterexample?.[0])).toBe('-w3 0.1');
  });

  test('should compose: the number of workers shrinks too', async () => {
    const property = fc.asyncProperty(fc.integer({ min: 1, max: 5 }), tapes({ workers: 5 }), (count, tape) =>
      holdsOn(withWorkers(three, count), tape, environment),
    );
    const details = await fc.check(property, { seed: 3 });
    const [count, tape] = details.counterexample!;
    expect(count).toBe(2);
    expect(tape.choices).toEqual([0, 1]);
  });

  test('should show the tape in the report', async () => {
    const property = fc.asyncProperty(tapes(three), (tape) => holdsOn(three, tape, environment));
    await expect(fc.assert(property, { seed: 5 })).rejects.toThrow('Counterexample: [tape("-w3 0.1")]');
  });

  test('should hold where nothing is wrong', async () => {
    const fine = counter(increment, 3);
    await fc.assert(
      fc.asyncProperty(tapes(fine), (tape) => holdsOn(fine, tape, environment)),
      { numRuns: 50 },
    );
  });
});

describe('leaving workers out', () => {
  test('should not count where the invariant breaks for their absence alone', async () => {
    const all = scenario({
      name: 'everybody counts',
      workers: readThenWrite,
      count: 3,
      invariants: [
        invariant('three views', async ({ redis }) => {
          const views = await redis.get('c');
          if (views !== '3') return { expected: '3', observed: String(views) };
        }),
      ],
    });
    const verdict = await explore(all, { environment });
    expect(verdict.minimal).toEqual({ workers: 3, steps: 6, preemptions: 1, faults: 0 });
    expect(verdict.record?.verdict.observed).toBe('2');
  });

  test('should count where it is broken with everybody too', async () => {
    const never = scenario({
      name: 'always broken',
      workers: readThenWrite,
      count: 3,
      invariants: [invariant('nothing happens', () => ({ expected: 'nothing', observed: 'something' }))],
    });
    expect((await explore(never, { environment })).minimal).toMatchObject({ workers: 1, preemptions: 0 });
  });
});
