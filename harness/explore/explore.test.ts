import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Environment } from '../execution/host/environment.js';
import { ScenarioError } from '../scenario/errors.js';
import type { WorkerBody } from '../scenario/types.js';
import { sharedServer } from '../server/index.js';
import { explore } from './explore.js';
import { counter, increment, readThenWrite } from './testing/counter.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

describe('explore', () => {
  test('should shrink GET+SET with 3 workers to 2 workers, 4 steps, 1 preemption, no fault', async () => {
    const verdict = await explore(counter(readThenWrite, 3), { session: environment });
    expect(verdict.kind).toBe('breaks');
    expect(verdict.invariant).toBe('no lost update');
    expect(verdict.minimal).toEqual({ workers: 2, steps: 4, preemptions: 1, faults: 0 });
    expect(verdict.record?.reproduced).toEqual({ times: 20, of: 20 });
  });

  test('should shrink INCR under a lost reply to 1 worker, 1 command, 1 fault', async () => {
    const verdict = await explore(counter(increment, 3, { faults: { kinds: ['reset-after-apply'] } }), {
      session: environment,
    });
    expect(verdict.invariant).toBe('at most once');
    expect(verdict.minimal).toMatchObject({ workers: 1, preemptions: 0, faults: 1 });
    const commands = verdict.record!.steps.filter(({ kind }) => kind === 'command');
    expect(new Set(commands.map(({ command }) => command!.join(' ')))).toEqual(new Set(['INCR c']));
  });

  test('should find the same with random walks, and shrink it to the same', async () => {
    const verdict = await explore(counter(readThenWrite, 3), {
      session: environment,
      strategy: 'random',
      seed: 7,
    });
    expect(verdict.minimal).toEqual({ workers: 2, steps: 4, preemptions: 1, faults: 0 });
    expect(verdict.record?.tape).toEqual({ skip: [3], choices: [0, 1] });
  });

  test('should say complete only when nothing within the bounds is left', async () => {
    const whole = await explore(counter(increment, 3), { session: environment, strategy: 'systematic' });
    expect(whole).toMatchObject({
      kind: 'holds',
      complete: true,
      executions: 6,
      bounds: { preemptions: 2, faults: 0 },
    });
    const part = await explore(counter(increment, 3), {
      session: environment,
      strategy: 'systematic',
      runs: 5,
    });
    expect(part).toMatchObject({ kind: 'incomplete', complete: false, executions: 5 });
  });

  test('should not hold because nothing was counted under the name that is looked for', async () => {
    const add: WorkerBody = ({ redis, operation }) => operation('add', () => redis.incr('c'));
    const { kind, message } = await explore(counter(add, 2), { session: environment });
    expect(kind).toBe('error');
    expect(message).toContain('no worker ran an operation called "increment"');
  });

  test('should refuse bounds that make no sense', async () => {
    const one = counter(increment, 1);
    await expect(explore(one, { session: environment, runs: 0 })).rejects.toThrow(ScenarioError);
    await expect(explore(one, { session: environment, seed: 1.5 })).rejects.toThrow(
      'seed 1.5 is not a whole number',
    );
    await expect(explore(one, { session: environment, workerCount: 0 })).rejects.toThrow(
      '0 workers make no race',
    );
    await expect(explore(one, { session: environment, strategy: 'luck' as never })).rejects.toThrow(
      'unknown strategy "luck"',
    );
    await expect(explore(one, { session: environment, run: 5 } as object)).rejects.toThrow(
      'an exploration has no option "run"; it has server, session, strategy, runs, seconds',
    );
  });

  test('should stop when told to', async () => {
    const verdict = await explore(counter(increment, 3), {
      session: environment,
      signal: AbortSignal.abort(),
    });
    expect(verdict).toMatchObject({ kind: 'incomplete', executions: 0 });
  });
});
