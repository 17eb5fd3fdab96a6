import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { invariant } from '../check/invariant.js';
import { Environment } from '../execution/host/environment.js';
import { scenario } from '../scenario/scenario.js';
import type { Scenario } from '../scenario/types.js';
import { sharedServer } from '../server/index.js';
import { explore } from '../explore/explore.js';
import { RaceError } from './holds-on.js';
import { Race, races } from './races.js';
import { STRATEGY_NAMES } from '../explore/search/strategies.js';
import { Tape } from '../explore/tape/tape.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

/** Something that a worker does to an account. */
interface Operation {
  readonly kind: 'deposit' | 'read and write';
  readonly amount: number;
}

/** Workers that each do a list of things to one account; nothing may get lost. */
function account(lists: readonly (readonly Operation[])[]): Scenario {
  const total = lists.flat().reduce((sum, { amount }) => sum + amount, 0);
  return scenario({
    name: 'account',
    workers: lists.map((operations) => async ({ redis }) => {
      for (const { kind, amount } of operations) {
        if (kind === 'deposit') await redis.incrby('balance', amount);
        else await redis.set('balance', Number(await redis.get('balance')) + amount);
      }
    }),
    invariants: [
      invariant('nothing is lost', async ({ redis }) => {
        const balance = Number(await redis.get('balance'));
        if (balance !== total) return { expected: String(total), observed: String(balance) };
      }),
    ],
  });
}

const operation = fc.record<Operation>({
  kind: fc.constantFrom('deposit', 'read and write'),
  amount: fc.integer({ min: 1, max: 1000 }),
});
const lists = fc.array(fc.array(operation, { maxLength: 4 }), { minLength: 1, maxLength: 4 });
const accounts = races(lists, account);
const property = fc.asyncProperty(accounts, (race) => race.holds(environment));

describe('races', () => {
  test.each([1, 2, 3, 4, 5])(
    'should shrink workers, operations, payloads and the schedule, from seed %i',
    async (seed) => {
      const details = await fc.check(property, { seed });
      expect(details.failed).toBe(true);
      expect(details.errorInstance).toBeInstanceOf(RaceError);
      const race = details.counterexample![0] as Race<Operation[][]>;
      expect(race.input).toHaveLength(2);
      expect(race.input.map((operations) => operations.length)).toEqual([1, 1]);
      expect(race.input.flat().map(({ amount }) => amount)).toEqual([1, 1]);
      expect(race.tape.choices.filter((choice) => choice !== 0).length).toBeLessThanOrEqual(2);
      await expect(race.holds(environment)).rejects.toThrow('nothing is lost: expected 2, observed 1');
    },
  );

  // From each of these seeds it once stopped at three workers, the last of them without anything to do and left out.
  test.each([14, 15, 23, 25, 29])('should leave no worker that does nothing, from seed %i', async (seed) => {
    const amounts = fc.array(fc.integer({ min: 1, max: 500 }), { maxLength: 4 });
    const deposits = fc.array(amounts, { minLength: 1, maxLength: 4 });
    const build = (all: number[][]): Scenario =>
      account(all.map((list) => list.map((amount) => ({ kind: 'read and write', amount }))));
    const details = await fc.check(
      fc.asyncProperty(races(deposits, build), (race) => race.holds(environment)),
      { seed },
    );
    expect(String(details.counterexample![0])).toBe('race([[1],[1]], tape("0.1"))');
  });

  test('should keep who takes part when a worker that is left out goes', async () => {
    const whole = [{ kind: 'read and write', amount: 1 } as const];
    const left = [{ kind: 'deposit', amount: 1 } as const];
    for (const [input, tape] of [
      [[left, whole, whole], '-w1 0.1'],
      [[whole, left, whole], '-w2 0.1'],
      [[whole, whole, left], '-w3 0.1'],
      [[left, whole, left, whole], '-w1 -w3 0.1'],
    ] as const) {
      const race = new Race(input, account(input), Tape.parse(tape));
      const next = [...accounts.shrink(race as never, undefined)].map(({ value }) => String(value));
      const skip = tape.startsWith('-w1 -w3') ? '-w1 ' : '';
      const rest = skip === '' ? [whole, whole] : [left, whole, whole];
      expect(next).toContain(String(new Race(rest, account(rest), Tape.parse(`${skip}0.1`))));
    }
  });

  test('should reach the same counterexample by seed and path, in one run', async () => {
    const first = await fc.check(property, { seed: 7 });
    const again = await fc.check(property, { seed: 7, path: first.counterexamplePath!, endOnFailure: true });
    expect(again.numRuns).toBe(1);
    expect(String(again.counterexample![0])).toBe(String(first.counterexample![0]));
  });

  test('should take the number of workers from the input', async () => {
    const counts = fc.record({
      workers: fc.integer({ min: 1, max: 6 }),
      times: fc.integer({ min: 1, max: 3 }),
    });
    const counter = ({ workers, times }: { workers: number; times: number }): Scenario =>
      account(
        Array.from({ length: workers }, () =>
          Array.from({ length: times }, () => ({ kind: 'read and write' as const, amount: 1 })),
        ),
      );
    const details = await fc.check(
      fc.asyncProperty(races(counts, counter), (race) => race.holds(environment)),
      { seed: 2 },
    );
    expect(String(details.counterexample![0])).toBe('race({"workers":2,"times":1}, tape("0.1"))');
  });

  test('should pass over inputs of which no scenario can be made', async () => {
    const workers = fc.integer({ min: 0, max: 4 });
    const made: number[] = [];
    const build = (count: number): Scenario => {
      made.push(count);
      return account(Array.from({ length: count }, () => [{ kind: 'read and write', amount: 1 } as const]));
    };
    const atLeastOne = workers.filter((count) => count > 0);
    const details = await fc.check(
      fc.asyncProperty(races(atLeastOne, build), (race) => race.holds(environment)),
      { seed: 3 },
    );
    expect(details.counterexample![0].input).toBe(2);
    await expect(
      fc.check(fc.asyncProperty(races(fc.constant(0), build), (race) => race.holds(environment))),
    ).rejects.toThrow('0 workers make no race');
  });
});

describe('what fast-check offers', () => {
  test('numRuns: so many executions where nothing is wrong', async () => {
    let runs = 0;
    const fine = races(
      lists.map((all) => all.map((list) => list.map(({ amount }) => ({ kind: 'deposit' as const, amount })))),
      account,
    );
    const details = await fc.check(
      fc.asyncProperty(fine, async (race) => {
        runs += 1;
        await race.holds(environment);
      }),
      { numRuns: 30, seed: 1 },
    );
    expect(details).toMatchObject({ failed: false, numRuns: 30 });
    expect(runs).toBe(30);
  });

  test('examples: tried first, and shrunk', async () => {
    const [found] = fc.sample(accounts, { seed: 11, numRuns: 40 }).filter(({ input }) => input.length === 4);
    const failing = await fc.check(property, { examples: [[found!]], seed: 5, numRuns: 60 });
    expect(failing.failed).toBe(true);
    const simplest = failing.counterexample![0];
    const again = await fc.check(property, { examples: [[simplest]], numRuns: 1 });
    expect(again).toMatchObject({ failed: true, numRuns: 1, numShrinks: 0 });
  });

  test('verbose: every execution, with its tape', async () => {
    const details = await fc.check(property, { seed: 2, verbose: 2 });
    expect(details.executionSummary.length).toBeGreaterThan(0);
    const report = fc.defaultReportMessage(details)!;
    expect(report).toMatch(
      /^Property failed after \d+ tests\n\{ seed: 2, path: "[\d:]+", endOnFailure: true \}/,
    );
    expect(report).toMatch(/Counterexample: \[race\(\[\[.*\]\], tape\("[\d.]+"\)\)\]/);
    expect(report).toContain('Execution summary:');
    expect(report).toMatch(/×.* \[race\(/);
  });

  test('own reporters: they get the finding and the race', async () => {
    const seen: string[] = [];
    await fc.assert(property, {
      seed: 2,
      asyncReporter: (details) => {
        const { finding } = details.errorInstance as RaceError;
        seen.push(`${finding.id}, ${(details.counterexample![0] as Race<unknown>).tape.toString()}`);
        return Promise.resolve();
      },
    });
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatch(/^nothing is lost, [\d.]+$/);
  });

  test('interruptAfterTimeLimit: ends in between, and the lab goes on', async () => {
    const fine = races(
      lists.map(() => Array.from({ length: 2 }, () => [{ kind: 'deposit', amount: 1 }]) as Operation[][]),
      account,
    );
    const endless = fc.asyncProperty(fine, (race) => race.holds(environment));
    const details = await fc.check(endless, { interruptAfterTimeLimit: 200, numRuns: 1_000_000 });
    expect(details).toMatchObject({ interrupted: true, failed: false });
    expect((await fc.check(endless, { numRuns: 3 })).numRuns).toBe(3);
  });

  test.each(STRATEGY_NAMES)('a failing tape of strategy %s is shrunk by it', async (strategy) => {
    const three = account(
      Array.from({ length: 3 }, () => [
        { kind: 'deposit', amount: 5 },
        { kind: 'read and write', amount: 1 },
      ]),
    );
    const verdict = await explore(three, { session: environment, strategy, seed: 9, runs: 500 });
    expect(verdict.record?.verdict).toMatchObject({ expected: '18' });
    // All three are needed: without one of them the balance is another one anyway.
    expect(verdict.minimal).toMatchObject({ workers: 3, steps: 9, preemptions: 1, faults: 0 });
  });
});
