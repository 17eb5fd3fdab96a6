/**
 * Benchmarks, all from one run on one server, as ratios: absolute numbers depend on the machine. Every ratio is the
 * median of rounds in which both sides took turns.
 */
import { Redis } from 'ioredis';
import { noLostUpdate } from '../harness/check/invariants.js';
import { Environment } from '../harness/execution/environment.js';
import { execute } from '../harness/execution/execution.js';
import { scenario, type Scenario, type WorkerBody } from '../harness/scenario.js';
import { sharedServer } from '../harness/server/index.js';

const ROUNDS = 9;
const ROUND_MS = 400;
const calm = { choose: () => 0 };

const server = await sharedServer({ notify: (line) => console.error(line) });
console.log(`${server.description}, ${server.product} ${server.version}, clock ${server.clockMode}`);
console.log(`median of ${ROUNDS} rounds of ${ROUND_MS} ms a side, [lowest to highest]\n`);

const plain = new Redis(server.endpoint);
await plain.ping();
await steps();
await executions(2);
await executions(3);
await plain.quit();
await server.stop();

/** Steps of one long execution against the same commands awaited one after the other. */
async function steps(): Promise<void> {
  const count = 100;
  const body: WorkerBody = async ({ redis }) => {
    for (let step = 0; step < count; step++) await redis.get('c');
  };
  const cast = scenario({ name: 'steps', workers: body, count: 2, invariants: [], maxSteps: 4 * count });
  await compare(
    'steps/s of the lab ÷ serial ioredis commands/s',
    async () => {
      for (let command = 0; command < 2 * count; command++) await plain.get('c');
      return 2 * count;
    },
    (environment) => async () => (await execute(environment, cast, { chooser: calm, seed: 1 })).steps.length,
  );
}

/** Executions of GET+SET against the same commands and one flush, uncontrolled and serial. */
async function executions(workers: number): Promise<void> {
  const cast = getSet(workers);
  await compare(
    `executions/s of GET+SET with ${workers} workers ÷ the same commands, serial, with one flush`,
    async () => {
      await plain.flushall();
      for (let worker = 0; worker < workers; worker++) {
        const found = Number(await plain.get('c'));
        await plain.set('c', String(found + 1));
      }
      return 1;
    },
    (environment) => async () => {
      await execute(environment, cast, { chooser: calm, seed: 1 });
      return 1;
    },
  );
}

function getSet(count: number): Scenario {
  const body: WorkerBody = ({ redis, operation }) =>
    operation('increment', async () => {
      const found = Number(await redis.get('c'));
      await redis.set('c', String(found + 1));
    });
  return scenario({ name: 'get-set', workers: body, count, invariants: [noLostUpdate({ key: 'c' })] });
}

type Work = () => Promise<number>;

/** Prints how many times as much `lab` gets done in a second as `baseline`. */
async function compare(
  title: string,
  baseline: Work,
  lab: (environment: Environment) => Work,
): Promise<void> {
  const ratios: number[] = [];
  const rates: [number, number][] = [];
  for (let round = 0; round < ROUNDS + 1; round++) {
    const serial = await rate(baseline);
    // The baseline must not pay for what the lab installs, so the lab is there only while it is measured.
    const environment = await Environment.open(server);
    const controlled = await rate(lab(environment));
    environment.close();
    // The first round warms up.
    if (round === 0) continue;
    ratios.push(controlled / serial);
    rates.push([controlled, serial]);
  }
  const [low, middle, high] = spread(ratios);
  const typical = (side: 0 | 1): string => spread(rates.map((pair) => pair[side]))[1].toFixed(0);
  console.log(
    `${middle.toFixed(2)}  [${low.toFixed(2)} to ${high.toFixed(2)}]  ${title}  (${typical(0)} ÷ ${typical(1)} per s)`,
  );
}

async function rate(work: Work): Promise<number> {
  const start = performance.now();
  let done = 0;
  while (performance.now() - start < ROUND_MS) done += await work();
  return (done / (performance.now() - start)) * 1000;
}

function spread(values: readonly number[]): [number, number, number] {
  const sorted = values.toSorted((a, b) => a - b);
  return [sorted[0]!, sorted[sorted.length >> 1]!, sorted.at(-1)!];
}
