import { MemberProcess } from '../harness/cli/jobs/member-process.js';
import { ProcessCrew } from '../harness/cli/jobs/process-crew.js';
import { Environment } from '../harness/execution/environment.js';
import { explore } from '../harness/explore/explore.js';
import { withFaults, withWorkers } from '../harness/scenario.js';
import { labs } from '../labs/index.js';
import { round, type Part } from './part.js';
import { median } from './rounds.js';

const LAB = '01-lost-update';
const VARIANT = 'incr-request-id';
const WORKERS = 3;
const FAULTS = 1;
const RUNS = 400;
const ROUNDS = 5;
const JOBS = 2;

/** How much faster two processes explore one variant than one does. */
export const jobs: Part = {
  name: 'jobs',
  about: `--jobs ${JOBS} ÷ --jobs 1, exploring one variant`,
  run: async ({ server }) => {
    const { scenario } = labs.find(({ id }) => id === LAB)!.variants.find(({ name }) => name === VARIANT)!;
    const cast = withFaults(withWorkers(scenario, WORKERS), FAULTS);
    const members = Array.from({ length: JOBS }, (_, at) => new MemberProcess(at + 1, console.error));
    const environment = await Environment.open(server);
    try {
      await Promise.all(members.map((member) => member.ask('start', {})));
      const name = { lab: LAB, variant: VARIANT, workers: WORKERS, faults: FAULTS };
      const perSecond = async (crew: ProcessCrew | undefined): Promise<number> => {
        const start = performance.now();
        const { executions, kind, message } = await explore(cast, {
          environment,
          strategy: 'systematic',
          runs: RUNS,
          ...(crew === undefined ? {} : { crew }),
        });
        if (executions !== RUNS)
          throw new Error(`expected ${RUNS} executions, got ${executions}: ${kind}, ${message}`);
        return (executions / (performance.now() - start)) * 1000;
      };
      const rates: { one: number; all: number }[] = [];
      for (let turn = 0; turn <= ROUNDS; turn++) {
        const one = await perSecond(undefined);
        const all = await perSecond(new ProcessCrew(members, name, 1));
        // The first round warms up.
        if (turn > 0) rates.push({ one, all });
      }
      const ratios = rates.map(({ one, all }) => all / one);
      return {
        title: 'Several processes',
        rows: [
          {
            what: `--jobs ${JOBS} ÷ --jobs 1, executions per second of ${LAB}/${VARIANT}`,
            ratio: round(median(ratios), 2),
            lowest: round(Math.min(...ratios), 2),
            highest: round(Math.max(...ratios), 2),
            aim: '≥ 1.6',
            'per second': `${median(rates.map(({ all }) => all)).toFixed(0)} ÷ ${median(rates.map(({ one }) => one)).toFixed(0)}`,
          },
        ],
        notes: ['Without the start of the processes. Needs two processors that are idle.'],
      };
    } finally {
      environment.close();
      await Promise.all(members.map((member) => member.close()));
    }
  },
};
