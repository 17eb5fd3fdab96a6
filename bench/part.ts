import type { Redis } from 'ioredis';
import { noLostUpdate } from '../harness/check/invariants.js';
import { scenario } from '../harness/scenario/scenario.js';
import type { Scenario } from '../harness/scenario/types.js';
import type { RedisServer } from '../harness/server/types.js';
import type { Ratio } from './rounds.js';

/** What the command line says about how much is measured. */
export interface BenchOptions {
  /** Also what takes many minutes. */
  readonly long: boolean;
  /** Seconds at most for each search for a first failure. */
  readonly seconds: number;
  /** A folder with logs of etcd by Jepsen. */
  readonly etcd: string | undefined;
}

/** What every part measures with. */
export interface Bench {
  readonly server: RedisServer;
  /** A client that nobody controls, on the same server. */
  readonly plain: Redis;
  readonly options: BenchOptions;
}

/** A row by the names of its columns. */
export type Row = Readonly<Record<string, string | number>>;

/** What one part of the benchmarks came to. */
export interface Table {
  readonly title: string;
  readonly rows: readonly Row[];
  /** What must be known to read it. */
  readonly notes: readonly string[];
}

/** One part of the benchmarks. */
export interface Part {
  /** As `--only` calls it. */
  readonly name: string;
  /** One line for `--help`. */
  readonly about: string;
  /** Measures. */
  readonly run: (bench: Bench) => Promise<Table>;
}

/** Takes the calm choice everywhere. */
export const CALM = { choose: () => 0 };

/** Workers that each read a counter, add one and write it back. */
export function getSet(count: number): Scenario {
  return scenario({
    name: 'get-set',
    workers: ({ redis, operation }) =>
      operation('increment', async () => {
        const found = Number(await redis.get('c'));
        await redis.set('c', String(found + 1));
      }),
    workerCount: count,
    invariants: [noLostUpdate({ key: 'c' })],
  });
}

/**
 * A ratio as a row.
 *
 * @param what - which two sides were compared
 * @param aim - what the ratio is meant to be, for example `≥ 0.8`
 */
export function ratioRow(what: string, ratio: Ratio, aim: string): Row {
  const [measured, baseline] = ratio.perSecond;
  return {
    what,
    ratio: round(ratio.median, 2),
    lowest: round(ratio.low, 2),
    highest: round(ratio.high, 2),
    'ratio of CPU time': round(ratio.cpu, 2),
    aim,
    'per second': `${measured.toFixed(0)} ÷ ${baseline.toFixed(0)}`,
  };
}

/** A number rounded to so many digits behind the point. */
export function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
