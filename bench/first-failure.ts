import * as fc from 'fast-check';
import { defined } from '../harness/base/defined.js';
import { Environment } from '../harness/execution/host/environment.js';
import { explore } from '../harness/explore/explore.js';
import { STRATEGY_NAMES, type StrategyName } from '../harness/explore/search/strategies.js';
import type { Lab, Variant } from '../harness/scenario/lab.js';
import { withWorkerCount } from '../harness/scenario/recast.js';
import { startServer } from '../harness/server/index.js';
import { labs } from '../labs/index.js';
import type { Bench, Part } from './part.js';
import { median } from './rounds.js';
import { scheduled } from './scheduled.js';
import { Uncontrolled } from './uncontrolled.js';

const SEEDS = [1, 2, 3, 4, 5];
const RUNS_MAX = 20_000;
const STRESS_WORKERS_MAX = 50;

/** How soon each way to look for a race finds the one that each broken variant has. */
export const firstFailure: Part = {
  name: 'first-failure',
  about:
    'executions to the first failure of every variant that is expected to break: strategies, stress, fast-check',
  run: async (bench) => {
    const rows = await strategyRows(bench);
    await addUncontrolled(bench, rows);
    const { seconds } = bench.options;
    const notes = [
      `Medians of the seeds ${SEEDS.join(', ')}; "none" after ${RUNS_MAX} executions or ${seconds} s (the number behind it).`,
      'Stress and fast-check inject no faults and wait in real time, on a server whose clock runs: what takes a fault, they cannot find.',
    ];
    return { title: 'Executions to the first failure', rows, notes };
  },
};

type Cells = Record<string, string | number>;

function brokenVariants(): { readonly lab: Lab; readonly variant: Variant }[] {
  return labs.flatMap((lab) =>
    lab.variants.filter(({ expect }) => expect.kind !== 'holds').map((variant) => ({ lab, variant })),
  );
}

/** A row for each broken variant, with a column for each strategy of the lab. */
async function strategyRows(bench: Bench): Promise<Cells[]> {
  const environment = await Environment.open(bench.server);
  const rows: Cells[] = [];
  try {
    for (const { lab, variant } of brokenVariants()) {
      const row: Cells = { variant: `${lab.id}/${variant.name}` };
      // "auto" is one of the others.
      for (const name of STRATEGY_NAMES.filter((strategy) => strategy !== 'auto'))
        row[name] = await byStrategy(bench, environment, variant, name);
      rows.push(row);
    }
  } finally {
    environment.close();
  }
  return rows;
}

/** Adds to each row what is found without the lab. */
async function addUncontrolled(bench: Bench, rows: readonly Cells[]): Promise<void> {
  // A lease must be able to run out where nobody moves the clock.
  const server = await startServer({ clock: 'real', notify: console.error });
  try {
    const runner = new Uncontrolled(server);
    for (const [at, { variant }] of brokenVariants().entries()) {
      const row = rows[at]!;
      row[`stress, 2 to ${STRESS_WORKERS_MAX} workers`] = await byStress(bench, runner, variant);
      row["fast-check's scheduler"] = await byFastCheck(bench, runner, variant);
    }
    runner.close();
  } finally {
    await server.stop();
  }
}

/** The median over the seeds, or how many executions found nothing. */
function summary(found: readonly (number | undefined)[], tried: number): string | number {
  const hits = found.filter((count) => count !== undefined);
  if (hits.length === 0) return `none in ${tried}`;
  return hits.length === found.length
    ? median(hits)
    : `${median(hits)} (${hits.length} of ${found.length} seeds)`;
}

async function byStrategy(
  { options }: Bench,
  environment: Environment,
  { scenario, preemptions }: Variant,
  strategy: StrategyName,
): Promise<string | number> {
  const found: (number | undefined)[] = [];
  let tried = 0;
  for (const seed of SEEDS) {
    const stop = new AbortController();
    let first: number | undefined;
    const { executions, kind, message } = await explore(scenario, {
      session: environment,
      strategy,
      seed,
      runs: RUNS_MAX,
      seconds: options.seconds / SEEDS.length,
      signal: stop.signal,
      ...defined({ preemptions }),
      onProgress: (progress) => {
        if (progress.phase === 'exploring') return;
        // It was found; how it shrinks is not the question here.
        first ??= progress.executions;
        stop.abort();
      },
    });
    if (kind === 'error') throw new Error(`${scenario.name}, ${strategy}: ${message}`);
    tried += executions;
    found.push(first);
    // A search that does not draw is the same for every seed.
    if (strategy === 'systematic' || strategy === 'exhaustive') break;
  }
  return summary(found, tried);
}

async function byStress(
  { options }: Bench,
  runner: Uncontrolled,
  { scenario }: Variant,
): Promise<string | number> {
  const until = performance.now() + options.seconds * 1000;
  let rounds = 0;
  while (rounds < RUNS_MAX && performance.now() < until) {
    const workers = 2 + (rounds % (STRESS_WORKERS_MAX - 1));
    const broken = await runner.run(scenario.uniform ? withWorkerCount(scenario, workers) : scenario);
    rounds += 1;
    if (broken !== undefined) return rounds;
  }
  return `none in ${rounds}`;
}

async function byFastCheck(
  { options }: Bench,
  runner: Uncontrolled,
  { scenario }: Variant,
): Promise<string | number> {
  const found: (number | undefined)[] = [];
  let tried = 0;
  for (const seed of SEEDS) {
    const property = fc.asyncProperty(fc.scheduler(), async (scheduler) => {
      const run = runner.run(scenario, (redis, worker) => scheduled(redis, worker, scheduler));
      const broken = await scheduler.waitFor(run);
      tried += 1;
      return broken === undefined;
    });
    const { counterexample, numRuns } = await fc.check(property, {
      seed,
      numRuns: RUNS_MAX,
      endOnFailure: true,
      interruptAfterTimeLimit: (options.seconds * 1000) / SEEDS.length,
    });
    found.push(counterexample === null ? undefined : numRuns);
  }
  return summary(found, tried);
}
