import { defined } from '../harness/base/defined.js';
import { MemberProcess } from '../harness/cli/jobs/member-process.js';
import { ProcessCrew } from '../harness/cli/jobs/process-crew.js';
import { Environment } from '../harness/execution/host/environment.js';
import { exploreWith } from '../harness/explore/explore.js';
import type { StrategyName } from '../harness/explore/search/strategies.js';
import { withFaultBudget, withWorkerCount } from '../harness/scenario/recast.js';
import { labs } from '../labs/index.js';
import { round, type Part, type Row } from './part.js';

const LAB = '03-lock-acquisition';
const VARIANT = 'lua-release';
const WORKERS = 3;
const FAULTS = 1;
/** Executions of one measurement: enough that its beginning and its end, when not all are busy, do not count. */
const RUNS = 1000;
const ROUNDS = 5;
/** The members have to become as fast as the first process, which runs all executions of the other side. */
const WARM_UP = 2;
const JOBS = 2;
const STRATEGIES: readonly StrategyName[] = ['systematic', 'exhaustive', 'rotate'];

/** How much faster two processes explore one variant than one does. */
export const jobs: Part = {
  name: 'jobs',
  about: `--jobs ${JOBS} ÷ --jobs 1, exploring one variant`,
  run: async ({ server }) => {
    const members = Array.from({ length: JOBS }, (_, at) => new MemberProcess(at + 1, console.error));
    const environment = await Environment.open(server);
    try {
      await Promise.all(members.map((member) => member.ask('start', {})));
      const rows: Row[] = [];
      for (const strategy of STRATEGIES) rows.push(await rowOf(strategy, environment, members));
      return {
        title: 'Several processes',
        rows,
        notes: [
          `Exploring ${LAB}/${VARIANT}, ${RUNS} executions. Without the start of the processes. The fastest round of each side, since others only slow it down. Needs two processors that are idle.`,
        ],
      };
    } finally {
      environment.close();
      await Promise.all(members.map((member) => member.close()));
    }
  },
};

/** Lets one process and several take turns with a strategy. */
async function rowOf(
  strategy: StrategyName,
  environment: Environment,
  members: readonly MemberProcess[],
): Promise<Row> {
  const name = { lab: LAB, variant: VARIANT, workers: WORKERS, faults: FAULTS };
  const rates: { one: number; all: number }[] = [];
  for (let turn = 0; turn < WARM_UP + ROUNDS; turn++) {
    const one = await perSecond(strategy, environment);
    const all = await perSecond(strategy, environment, new ProcessCrew(members, name, 1));
    if (turn >= WARM_UP) rates.push({ one, all });
  }
  const ratios = rates.map(({ one, all }) => all / one);
  const all = Math.max(...rates.map((rate) => rate.all));
  const one = Math.max(...rates.map((rate) => rate.one));
  return {
    what: `--jobs ${JOBS} ÷ --jobs 1, ${strategy}: executions per second`,
    ratio: round(all / one, 2),
    lowest: round(Math.min(...ratios), 2),
    highest: round(Math.max(...ratios), 2),
    aim: '≥ 1.6',
    'per second': `${all.toFixed(0)} ÷ ${one.toFixed(0)}`,
  };
}

/** Executions per second of one exploration. @param crew - the processes that run them; default: this one */
async function perSecond(
  strategy: StrategyName,
  environment: Environment,
  crew?: ProcessCrew,
): Promise<number> {
  const { scenario } = labs.find(({ id }) => id === LAB)!.variants.find(({ name }) => name === VARIANT)!;
  const cast = withFaultBudget(withWorkerCount(scenario, WORKERS), FAULTS);
  const start = performance.now();
  const { executions, redundant, kind, message } = await exploreWith(cast, {
    session: environment,
    strategy,
    runs: RUNS,
    ...defined({ crew }),
  });
  if (executions + (redundant ?? 0) !== RUNS)
    throw new Error(`expected ${RUNS} executions, got ${executions}: ${kind}, ${message}`);
  return (RUNS / (performance.now() - start)) * 1000;
}
