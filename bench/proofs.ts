import { Redis } from 'ioredis';
import { Prng } from '../harness/base/prng.js';
import { execute } from '../harness/execution/execution.js';
import { Environment } from '../harness/execution/host/environment.js';
import { exploreWith } from '../harness/explore/explore.js';
import type { Verdict } from '../harness/record/verdict.js';
import { withWorkerCount } from '../harness/scenario/recast.js';
import { scenario } from '../harness/scenario/scenario.js';
import type { Scenario } from '../harness/scenario/types.js';
import { labs } from '../labs/index.js';
import { round, type Bench, type Part, type Row } from './part.js';
import { learned } from './learned.js';
import { median } from './rounds.js';
import { stressed, underScheduler } from './rivals.js';
import { Uncontrolled } from './uncontrolled.js';

/** Labs whose proofs are measured, and what grows with its workers. */
const LABS = ['01-lost-update', '03-lock-acquisition'];
const GROWS = [
  ['01-lost-update', 'incr'],
  ['03-lock-acquisition', 'lua-release'],
] as const;
const WORKERS = [2, 3, 4, 5];
/** Commands of each of two workers. */
const STEPS = [2, 4, 8, 16];

/** Executions of one exploration at most. */
const RUNS = 100;
const LONG_RUNS = 20_000;
const ROUNDS = 3;
/** Executions whose commands the other side sends. */
const SAMPLES = 20;

/** One command of a worker, by the connection that it went on. */
type Sent = readonly [connection: string, args: readonly Buffer[]];

/** How fast an exhaustive search proves something, and how much of it had to be run. */
export const proofs: Part = {
  name: 'proofs',
  about: 'exhaustive search of every variant that holds ÷ the same commands, uncontrolled and serial',
  run: async (bench) => {
    const environment = await Environment.open(bench.server);
    const plain = new Plain(bench);
    try {
      const rows: Row[] = [];
      for (const [lab, variant, scenario] of variants())
        rows.push(await rowOf(bench, environment, plain, `${lab}/${variant}`, scenario));
      for (const [lab, variant, scenario] of variants().filter(grows)) {
        for (const workers of WORKERS) {
          const cast = withWorkerCount(scenario, workers);
          rows.push(await rowOf(bench, environment, plain, `${lab}/${variant}, ${workers} workers`, cast));
        }
      }
      for (const steps of STEPS)
        rows.push(await rowOf(bench, environment, plain, `2 workers, ${2 * steps} steps`, counting(steps)));
      return {
        title: 'Proofs',
        rows,
        notes: [
          `Exhaustive searches of at most ${limit(bench)} executions; medians of ${ROUNDS} rounds in turns with the other side. ` +
            `Real executions are those that emptied the store, those that check the scenario first included. ` +
            `The other side empties it and sends what the workers sent in ${SAMPLES} executions at random, one command after the other. ` +
            `Run: the same search with \`predict: false\`. Composed: as it is by default, and how many of its executions were run, those to compare included.`,
          `Rivals: how often the same workers run in a second without the lab, all at once (stress) and under the scheduler of fast-check; they wait in real time, and no two runs are known to differ.`,
          `Learned: steps of workers and outcomes of commands that are known in the end, and the heap that they take, with the tree of the search.`,
        ],
      };
    } finally {
      plain.close();
      environment.close();
    }
  },
};

function variants(): (readonly [lab: string, variant: string, scenario: Scenario])[] {
  return labs
    .filter(({ id }) => LABS.includes(id))
    .flatMap(({ id, variants: all }) =>
      all
        .filter(({ expect }) => expect.kind === 'holds')
        .map(({ name, scenario }) => [id, name, scenario] as const),
    );
}

function grows([lab, variant]: readonly [string, string, Scenario]): boolean {
  return GROWS.some(([id, name]) => id === lab && name === variant);
}

/** Two workers that count, so that every order is another one. */
function counting(steps: number): Scenario {
  return scenario({
    name: 'counting',
    workers: async ({ redis }) => {
      for (let step = 0; step < steps; step++) await redis.incr('c');
    },
    workerCount: 2,
    invariants: [],
  });
}

function limit({ options: { long } }: Bench): number {
  return long ? LONG_RUNS : RUNS;
}

async function rowOf(
  bench: Bench,
  environment: Environment,
  plain: Plain,
  what: string,
  cast: Scenario,
): Promise<Row> {
  const samples = await sampled(environment, cast);
  const rates: Readonly<Record<'executions' | 'composed' | 'bare' | 'stress' | 'scheduler', number>>[] = [];
  const rivals = new Uncontrolled(bench.server);
  let came: Proof | undefined;
  let foretold: Proof | undefined;
  for (let turn = 0; turn < ROUNDS; turn++) {
    const bare = await plain.perSecond(samples);
    came = await proved(bench, environment, cast, false);
    foretold = await proved(bench, environment, cast, true);
    if (foretold.classes !== came.classes || foretold.complete !== came.complete)
      throw new Error(`${what}: composed, it comes to something else`);
    rates.push({
      ...{ executions: came.perSecond, composed: foretold.perSecond, bare },
      ...{ stress: await stressed(rivals, cast), scheduler: await underScheduler(rivals, cast) },
    });
  }
  rivals.close();
  const { transitions, mib } = await learned(environment, cast, limit(bench));
  const { classes, real, complete } = came!;
  const { run, predicted, ended } = foretold!.prediction!;
  return {
    what,
    classes: complete ? classes : `${classes} …`,
    'real executions': real,
    'real ÷ classes': round(real / classes, 2),
    'executions a second': round(median(rates.map(({ executions }) => executions)), 0),
    '÷ bare': round(median(rates.map(({ executions, bare }) => executions / bare)), 2),
    'composed: real executions': predicted === 0 ? `all: ${ended ?? 'too few'}` : run,
    'composed: executions a second': round(median(rates.map(({ composed }) => composed)), 0),
    'composed ÷ bare': round(median(rates.map(({ composed, bare }) => composed / bare)), 2),
    'stress: runs a second': round(median(rates.map(({ stress }) => stress)), 0),
    "fast-check's scheduler: runs a second": round(median(rates.map(({ scheduler }) => scheduler)), 0),
    learned: transitions,
    'learned, MiB': round(mib, 1),
  };
}

interface Proof extends Pick<Verdict, 'complete'> {
  readonly prediction: Verdict['prediction'] | undefined;
  readonly perSecond: number;
  readonly classes: number;
  /** Executions that were run, those that check the scenario first included. */
  readonly real: number;
}

/** One exhaustive search. @param predict - compose executions of steps that were seen before */
async function proved(bench: Bench, session: Environment, cast: Scenario, predict: boolean): Promise<Proof> {
  const before = await emptied(bench.plain);
  const start = performance.now();
  const { kind, message, executions, complete, prediction } = await exploreWith(cast, {
    session,
    strategy: 'exhaustive',
    runs: limit(bench),
    predict,
  });
  const tookMs = performance.now() - start;
  if (kind !== 'holds' && kind !== 'incomplete') throw new Error(`${cast.name} ${kind}: ${message}`);
  const real = (await emptied(bench.plain)) - before;
  return { perSecond: (executions / tookMs) * 1000, classes: executions, real, complete, prediction };
}

/** How often the store of this server was emptied. */
async function emptied(plain: Redis): Promise<number> {
  return Number(/cmdstat_flushall:calls=(\d+)/.exec(await plain.info('commandstats'))?.[1] ?? 0);
}

/** What workers send in some executions, drawn with fixed seeds. */
async function sampled(environment: Environment, cast: Scenario): Promise<(readonly Sent[])[]> {
  const all: (readonly Sent[])[] = [];
  for (let seed = 1; seed <= SAMPLES; seed++) {
    const random = new Prng(seed, 1);
    const chooser = {
      choose: ({ moves }: { readonly moves: readonly unknown[] }) => random.below(moves.length),
    };
    const { steps } = await execute(environment, cast, { chooser, seed: 1 });
    const sent = steps.flatMap(({ args, sentOn, reply }) =>
      args === undefined || reply === undefined ? [] : [[sentOn?.connection ?? '', args] as const],
    );
    all.push(sent);
  }
  return all;
}

/** Ordinary clients, one for each connection of the workers. */
class Plain {
  readonly #clients = new Map<string, Redis>();

  constructor(readonly bench: Bench) {}

  /** Executions a second, one command after the other. */
  async perSecond(samples: readonly (readonly Sent[])[]): Promise<number> {
    // The first round connects.
    await this.#play(samples);
    const start = performance.now();
    await this.#play(samples);
    return (samples.length / (performance.now() - start)) * 1000;
  }

  close(): void {
    for (const client of this.#clients.values()) client.disconnect();
  }

  async #play(samples: readonly (readonly Sent[])[]): Promise<void> {
    for (const sent of samples) {
      await this.bench.plain.flushall();
      for (const [connection, [name, ...args]] of sent) {
        // Some of them are errors for a worker, too.
        await this.#client(connection)
          .call(name!.toString(), ...args)
          .catch(() => {});
      }
    }
  }

  #client(connection: string): Redis {
    let client = this.#clients.get(connection);
    if (client === undefined) {
      client = new Redis({ ...this.bench.server.endpoint });
      client.on('error', () => {});
      this.#clients.set(connection, client);
    }
    return client;
  }
}
