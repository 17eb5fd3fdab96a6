import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { invariant } from '../../check/invariant.js';
import { Environment } from '../../execution/host/environment.js';
import { scenario } from '../../scenario/scenario.js';
import { sharedServer } from '../../server/index.js';
import { explore } from '../explore.js';
import { liveScenario } from '../testing/live.js';
import { disjoint, increments, lostUpdate, type Program } from '../testing/programs.js';
import type { Verdict } from '../../record/verdict.js';
import type { StrategyName } from './strategies.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

const auto = (program: Program, runs: number): Promise<Verdict> =>
  explore(liveScenario(program), { session: environment, runs });

/** Executions that went to sampling. */
const sampled = ({ sampling }: Verdict): number =>
  Object.values(sampling?.executions ?? {}).reduce((sum, one) => sum + one, 0);

describe('Auto', () => {
  test.each([
    { program: increments(6, 1), runs: 1000, kind: 'holds', executions: 720 },
    { program: lostUpdate(2, 3), runs: 400, kind: 'holds', executions: 328 },
    // Nothing races there, and so it says nothing.
    { program: disjoint(4, 3), runs: 20, kind: 'incomplete', executions: 1 },
  ])('should finish $program.name within $runs executions', async ({ program, runs, kind, executions }) => {
    expect(await auto(program, runs)).toMatchObject({ kind, complete: true, executions });
  });

  test.each([
    { program: lostUpdate(3, 2), runs: 500, estimate: 7134 },
    { program: increments(9, 1), runs: 2000, estimate: 362_880 },
    { program: increments(4, 4), runs: 2000, estimate: 63_063_000 },
  ])(
    'should leave $program.name early, for which $runs executions are not enough',
    async ({ program, runs, estimate }) => {
      const verdict = await auto(program, runs);
      expect(verdict).toMatchObject({ kind: 'incomplete', complete: false, executions: runs });
      expect(verdict.estimate! / estimate).toBeGreaterThan(1 / 2);
      expect(verdict.estimate! / estimate).toBeLessThan(2);
      // A tenth of the budget for simple executions, and no more than it takes to see how much there is.
      expect(sampled(verdict)).toBeGreaterThanOrEqual(runs * 0.9 - 64);
    },
  );

  test('should give half of the budget to a search of which nobody can tell how long it takes', async () => {
    /** Leases that end before the work does, among steps whose order matters to nobody. */
    const leases = scenario({
      name: 'leases',
      workers: async ({ name, redis, sleep }) => {
        for (let round = 0; round < 3; round++) {
          await redis.set('lock', name, 'PX', 50, 'NX');
          await sleep(60);
        }
      },
      workerCount: 3,
      invariants: [],
    });
    const verdict = await explore(leases, { session: environment, runs: 400 });
    expect(verdict).toMatchObject({ kind: 'incomplete', executions: 400, estimate: undefined });
    expect(sampled(verdict)).toBe(200);
  });

  test('should leave before half of the budget is used up, when it is not much that is missing', async () => {
    // With 7,134 it takes more than twice of what there is, and less than four times as much.
    const verdict = await auto(lostUpdate(3, 2), 2500);
    expect(verdict.complete).toBe(false);
    expect(sampled(verdict)).toBeGreaterThanOrEqual(1250);
    expect(sampled(verdict)).toBeLessThan(2500 * 0.9 - 64);
  });

  test('should count what ran before the exhaustive search that found something', async () => {
    const inTurns = scenario({
      name: 'in turns',
      workers: async ({ redis, id }) => {
        for (let round = 0; round < 3; round++) await redis.rpush('turns', id);
      },
      workerCount: 2,
      invariants: [
        invariant('never in turns', async ({ redis }) => {
          const turns = (await redis.lrange('turns', 0, -1)).join('');
          if (turns === '121212') return { expected: 'anything else', observed: turns };
        }),
      ],
    });
    const by = (strategy: StrategyName): Promise<Verdict> =>
      explore(inTurns, { session: environment, strategy, runs: 1000 });
    const simple = await by('systematic');
    expect(simple).toMatchObject({ kind: 'holds', complete: true });
    const exhaustive = await by('exhaustive');
    const { executions, record } = await by('auto');
    expect(executions).toBe(simple.executions + exhaustive.executions);
    expect(record?.found.execution).toBe(executions);
  });
});
