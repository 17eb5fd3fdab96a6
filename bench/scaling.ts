import { Environment } from '../harness/execution/host/environment.js';
import { execute } from '../harness/execution/execution.js';
import { scenario } from '../harness/scenario/scenario.js';
import { CALM, round, type Part, type Row } from './part.js';
import { median } from './rounds.js';

const WORKERS = [2, 4, 8];
const STEPS = [4, 16, 64];
const ROUNDS = 9;
const EXECUTIONS = 40;

/** How the cost of an execution grows with its workers, and with their steps. */
export const scaling: Part = {
  name: 'scaling',
  about: 'cost of one execution as workers go 2→8 and the steps of each 4→64',
  run: async ({ server }) => {
    const environment = await Environment.open(server);
    const sizes = WORKERS.flatMap((workers) => STEPS.map((steps) => ({ workers, steps })));
    const took = new Map(sizes.map((size) => [size, { wall: [] as number[], cpu: [] as number[] }]));
    try {
      for (let turn = 0; turn <= ROUNDS; turn++) {
        for (const [size, { wall, cpu }] of took) {
          const cost = await costOf(environment, size.workers, size.steps);
          // The first turn warms up.
          if (turn === 0) continue;
          wall.push(cost.wallMs);
          cpu.push(cost.cpuMs);
        }
      }
    } finally {
      environment.close();
    }
    const rows = [...took].map(([{ workers, steps }, { wall, cpu }]): Row => {
      const wallMs = median(wall);
      return {
        workers,
        'steps of each': steps,
        'ms an execution': round(wallMs, 3),
        'CPU ms an execution': round(median(cpu), 3),
        'µs a step': round((wallMs / (workers * steps)) * 1000, 1),
      };
    });
    return {
      title: 'Cost of one execution',
      rows,
      notes: [`Medians of ${ROUNDS} rounds, all sizes in turns.`],
    };
  },
};

async function costOf(
  environment: Environment,
  workers: number,
  steps: number,
): Promise<{ wallMs: number; cpuMs: number }> {
  const cast = scenario({
    name: 'scaling',
    workers: async ({ redis }) => {
      for (let step = 0; step < steps; step++) await redis.get('c');
    },
    workerCount: workers,
    invariants: [],
    maxSteps: 2 * workers * steps,
  });
  const count = Math.max(4, Math.floor((EXECUTIONS * 8) / (workers * steps)));
  const cpu = process.cpuUsage();
  const start = performance.now();
  for (let run = 0; run < count; run++) await execute(environment, cast, { chooser: CALM, seed: 1 });
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs: (performance.now() - start) / count, cpuMs: (user + system) / 1000 / count };
}
