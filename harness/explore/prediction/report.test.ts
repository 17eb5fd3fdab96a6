import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Environment } from '../../execution/host/environment.js';
import { exploredText } from '../../report/print/explored.js';
import { scenario } from '../../scenario/scenario.js';
import { sharedServer } from '../../server/index.js';
import { explore } from '../explore.js';
import { liveScenario } from '../testing/live.js';
import { ORACLES } from '../testing/programs.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

describe('A verdict', () => {
  const shared = scenario({
    name: 'shared',
    workers: ({ redis }) => redis.incr('c'),
    workerCount: 3,
    sharedClient: true,
    invariants: [],
  });

  test.each([
    ['exhaustive', 'workers share a client'],
    ['rotate', 'workers share a client'],
  ] as const)('should say why nothing was predicted in %s', async (strategy, ended) => {
    const verdict = await explore(shared, { session: environment, strategy, runs: 5, predict: true });
    expect(verdict.prediction).toMatchObject({ predicted: 0, checked: 0, ended });
    // All were run, as anybody would expect.
    expect(exploredText(verdict)).not.toContain('composed');
  });

  test('should say how many were composed', async () => {
    const { program } = ORACLES.find(({ classes }) => classes === 36)!;
    const verdict = await explore(liveScenario(program), {
      session: environment,
      strategy: 'exhaustive',
      predict: true,
    });
    const { run, predicted, checked } = verdict.prediction!;
    expect(exploredText(verdict)).toContain(
      `; ${predicted} executions composed, ${run} run (${checked} of these to compare)`,
    );
  });
});
