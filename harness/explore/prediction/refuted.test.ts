import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { invariant } from '../../check/invariant.js';
import { Environment } from '../../execution/host/environment.js';
import { exploredText } from '../../report/print/explored.js';
import type { Verdict } from '../../record/verdict.js';
import { scenario } from '../../scenario/scenario.js';
import type { Scenario, WorkerBody } from '../../scenario/types.js';
import { sharedServer } from '../../server/index.js';
import { explore } from '../explore.js';
import { everyOutcome } from '../testing/every-outcome.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

function predicted(cast: Scenario): Promise<Verdict> {
  return explore(cast, { session: environment, strategy: 'exhaustive', delays: 0, predict: true });
}

describe('What was composed', () => {
  // Where nobody looks for it: what Node keeps for itself.
  const hidden = {
    get executions(): number {
      return performance.getEntriesByName('execution').length;
    },
    begin: (): void => void performance.mark('execution'),
    reset: (): void => performance.clearMarks('execution'),
  };

  /** From some execution on its workers do more. */
  const turning = (from: number): Scenario =>
    scenario({
      name: 'turning',
      setup: async () => hidden.begin(),
      workers: async ({ redis }) => {
        await redis.incr('a');
        await redis.incr('b');
        await redis.incr('c');
        if (hidden.executions >= from) await redis.get('late');
      },
      workerCount: 3,
      invariants: [invariant('looks', async ({ redis }) => void (await redis.get('a')))],
    });

  test('should not count where what it was made of turns out to be wrong', async () => {
    hidden.reset();
    const plain = { session: environment, strategy: 'exhaustive', delays: 0 } as const;
    const { executions } = await explore(turning(0), plain);
    hidden.reset();
    const verdict = await predicted(turning(45));
    expect(verdict).toMatchObject({ kind: 'holds', complete: true, executions });
    expect(verdict.prediction).toMatchObject({ predicted: 0 });
    const why = /^(?:a prediction was wrong: |w\d after ).*; the \d+ that were composed do not count/;
    expect(verdict.prediction!.ended).toMatch(why);
    expect(exploredText(verdict)).toMatch(/; none composed: .*, and the search began anew/);
  });

  test('should be compared before anything rests on it', async () => {
    hidden.reset();
    const verdict = await predicted(turning(Infinity));
    expect(verdict.prediction!.checked).toBeGreaterThanOrEqual(5);
  });
});

const SEEN = 'changes after it was recorded';

/** What workers record, and change afterwards. */
const RECORDED: readonly (readonly [what: string, body: WorkerBody, why: string])[] = [
  [
    'a value that grows',
    async ({ redis, operation }) => {
      const log: number[] = [];
      const got = await operation('first', async () => {
        log.push(Number(await redis.incr('c')));
        return log;
      });
      got.push(Number(await redis.incr('d')));
    },
    `the value of the operation "first" ${SEEN}`,
  ],
  [
    'an input that is filled in',
    async ({ redis, operation }) => {
      const order: Record<string, number> = {};
      const buy = async (): Promise<void> => void (order.a = Number(await redis.incr('c')));
      await operation('first', buy, order);
      order.b = Number(await redis.incr('d'));
    },
    `the input of the operation "first" ${SEEN}`,
  ],
  [
    'an error that is told more',
    async ({ redis, operation }) => {
      const failed = Object.assign(new Error('no'), { tries: 0 });
      const fail = async (): Promise<void> => {
        failed.tries = Number(await redis.incr('c'));
        throw failed;
      };
      await operation('first', fail).catch(() => {});
      failed.tries += 10 * Number(await redis.incr('d'));
    },
    `the error of the operation "first" ${SEEN}`,
  ],
];

describe('What is recorded and changes later', () => {
  test.each(RECORDED)('should end prediction where it is %s', async (_, body, why) => {
    const found = await everyOutcome(environment, { workers: body, workerCount: 3 }, ({ history }) =>
      JSON.stringify(
        history.operations.map(({ worker, input, value, error }) => [
          worker,
          input,
          value,
          Object.entries(error ?? {}),
        ]),
      ),
    );
    expect(found.ended).toContain(why);
    expect(found.missed).toEqual([]);
    expect(found.outcomes).toBeGreaterThan(10);
  });

  test('should change nothing where it changes no more', async () => {
    const found = await everyOutcome(
      environment,
      {
        workers: async ({ redis, operation }) =>
          void (await operation('first', async () => ({
            c: await redis.incr('c'),
            d: await redis.incr('d'),
          }))),
        workerCount: 3,
      },
      ({ history }) => JSON.stringify(history.operations.map(({ worker, value }) => [worker, value])),
    );
    expect(found).toMatchObject({ ended: undefined, missed: [] });
    expect(found.predicted).toBeGreaterThan(0);
  });
});
