import { Environment } from '../harness/execution/host/environment.js';
import { execute } from '../harness/execution/execution.js';
import { scenario } from '../harness/scenario/scenario.js';
import type { Scenario } from '../harness/scenario/types.js';
import { CALM, getSet, ratioRow, type Bench, type Part } from './part.js';
import { compare, type Side, type Work } from './rounds.js';

const STEPS = 100;

/** Steps and executions of the lab against the same commands, uncontrolled and one after the other. */
export const throughput: Part = {
  name: 'throughput',
  about: 'steps and executions per second ÷ the same commands, uncontrolled and serial',
  run: async (bench) => ({
    title: 'Throughput',
    rows: [
      ratioRow('steps ÷ serial ioredis commands', await steps(bench), '≥ 0.8'),
      ratioRow('executions of GET+SET, 2 workers ÷ the same, one flush', await executions(bench, 2), '≥ 0.8'),
      ratioRow('executions of GET+SET, 3 workers ÷ the same, one flush', await executions(bench, 3), '≥ 0.8'),
    ],
    notes: ['Each side on the same server, in turns; the lab is installed only while it is measured.'],
  }),
};

function steps(bench: Bench): ReturnType<typeof compare> {
  const cast = scenario({
    name: 'steps',
    workers: async ({ redis }) => {
      for (let step = 0; step < STEPS; step++) await redis.get('c');
    },
    invariants: [],
    maxSteps: 4 * STEPS,
  });
  return compare(
    controlled(bench, cast, (steps) => steps),
    uncontrolled(async () => {
      for (let command = 0; command < 2 * STEPS; command++) await bench.plain.get('c');
      return 2 * STEPS;
    }),
  );
}

function executions(bench: Bench, workers: number): ReturnType<typeof compare> {
  const { plain } = bench;
  return compare(
    controlled(bench, getSet(workers), () => 1),
    uncontrolled(async () => {
      await plain.flushall();
      for (let worker = 0; worker < workers; worker++) {
        const found = Number(await plain.get('c'));
        await plain.set('c', String(found + 1));
      }
      return 1;
    }),
  );
}

function controlled({ server }: Bench, cast: Scenario, amount: (steps: number) => number): Side {
  return async () => {
    const environment = await Environment.open(server);
    const work: Work = async () =>
      amount((await execute(environment, cast, { chooser: CALM, seed: 1 })).steps.length);
    return { work, done: () => environment.close() };
  };
}

function uncontrolled(work: Work): Side {
  return () => Promise.resolve({ work, done: () => {} });
}
