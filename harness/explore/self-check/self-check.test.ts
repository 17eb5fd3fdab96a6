import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Environment } from '../../execution/host/environment.js';
import { scenario } from '../../scenario/scenario.js';
import type { Scenario, WorkerBody } from '../../scenario/types.js';
import { sharedServer } from '../../server/index.js';
import { explore } from '../explore.js';
import { replay } from '../replay.js';
import { counter, readThenWrite } from '../testing/counter.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

function alone(worker: WorkerBody): Scenario {
  return scenario({ name: 'self-check', workers: worker, workerCount: 1, invariants: [] });
}

describe('the first execution of a process', () => {
  test('may be another one: libraries prepare themselves then', async () => {
    let prepared = false;
    const { kind } = await explore(
      counter(async (context) => {
        if (!prepared) await context.redis.set('prepared', 1);
        prepared = true;
        await readThenWrite(context);
      }, 2),
      { session: environment },
    );
    expect(kind).toBe('breaks');
  });

  test('does not count in a replay either', async () => {
    let prepared = true;
    const cast = counter(async (context) => {
      if (!prepared) await context.redis.set('prepared', 1);
      prepared = true;
      await readThenWrite(context);
    }, 2);
    const { record } = await explore(cast, { session: environment });
    prepared = false;
    const again = await replay(cast, record!, { session: environment, times: 3 });
    expect(again).toMatchObject({ same: 3, of: 3, firstDifference: undefined });
  });
});

describe('random values that a library keeps', () => {
  /** As a pool of random bytes that outlives an execution: every run gets others. */
  let drawn = 0;
  const token = (): string => `5f${(drawn += 7919).toString(16).padStart(10, '0')}c1`;

  test('are the same up to their names, in exploring, confirming and replaying', async () => {
    const cast = counter(async (context) => {
      const mine = token();
      await context.redis.set(`token:${mine}`, mine);
      if ((await context.redis.get(`token:${mine}`)) === mine) await readThenWrite(context);
    }, 2);
    const verdict = await explore(cast, { session: environment });
    expect(verdict).toMatchObject({ kind: 'breaks', record: { reproduced: { times: 20, of: 20 } } });
    expect(await replay(cast, verdict.record!, { session: environment })).toMatchObject({ same: 1 });
  });

  test('are not the same where they are mixed up', async () => {
    const first = token();
    let runs = 0;
    const { message } = await explore(
      alone(async ({ redis }) => {
        runs += 1;
        await redis.set('a', first);
        await redis.set('b', runs % 2 === 0 ? first : token());
      }),
      { session: environment },
    );
    expect(message).toMatch(
      /^not deterministic: step 2 \(w1\.2 SET\): argument 2 was "5f\w+" in one run and "5f\w+"/,
    );
  });
});

describe('what is not deterministic is named', () => {
  const explored = async (worker: WorkerBody): Promise<string> =>
    (await explore(alone(worker), { session: environment })).message;

  test('a counter of a module', async () => {
    let count = 0;
    expect(await explored(({ redis }) => redis.set('c', (count += 1)))).toMatch(
      /^not deterministic: step 1 \(w1\.1 SET\): argument 2 was "2" in one run and "3" in the next\. A number that goes on .* is module state/,
    );
  });

  test('the real date', async () => {
    // As a library would that was loaded before this package.
    const later = performance.timeOrigin;
    let ticks = 0;
    expect(await explored(({ redis }) => redis.set('at', Math.round(later) + (ticks += 1)))).toMatch(
      /argument 2 was "\d{13}" in one run and "\d{13}" in the next\. That is the real date: a clock that was taken, or read, before/,
    );
  });

  test('the argument that differs, not the script in front of it', async () => {
    let count = 0;
    const script = `-- ${'a long script '.repeat(200)}\nreturn 1`;
    const message = await explored(({ redis }) => redis.eval(script, 1, 'k', `x${(count += 1)}`));
    expect(message).toMatch(
      /^not deterministic: step 1 \(w1\.1 EVAL\): argument 4 was "x2" in one run and "x3" in the next\./,
    );
    expect(message.length).toBeLessThan(600);
  });

  test('a reply', async () => {
    let count = 0;
    const message = await explored(async ({ redis }) => {
      if ((count += 1) % 2 === 0) await redis.set('k', 'v');
      await redis.get('k');
    });
    expect(message).toMatch(
      /^not deterministic: step 1 was "w1.1 \w+ k.*" in one run and "w1.1 \w+ k.*" in the next\./,
    );
  });
});
