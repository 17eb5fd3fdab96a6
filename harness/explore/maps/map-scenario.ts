import { defined } from '../../base/defined.js';
import { checkNames } from '../../base/option-names.js';
import { oneExplorationAtATime } from '../../execution/host/execution-lock.js';
import { FAULT_KINDS, type FaultKind } from '../../faults/catalogue.js';
import type { FaultMap } from '../../record/fault-map.js';
import { ScenarioError } from '../../scenario/errors.js';
import type { Scenario } from '../../scenario/types.js';
import type { RedisServer } from '../../server/types.js';
import { checkOptions } from '../options.js';
import { withOwnEnvironment, type Session } from '../session.js';
import { makeFaultMap } from './fault-map.js';

/**
 * What a fault map is made with.
 *
 * @public
 */
export interface MapOptions {
  /** Faults to try. Default: the usual ones. */
  readonly kinds?: readonly FaultKind[];
  /** Number of workers. Default: 2 where they all run the same function, else as many as there are. */
  readonly workerCount?: number;
  /** Preemptions at most in one execution. Default: 1 with the usual faults, 0 with all others. */
  readonly preemptions?: number;
  /** Executions at most, for every eight faults. Default: 20,000. */
  readonly runs?: number;
  /** Seeds the random numbers of the workers. Default: 1. */
  readonly seed?: number;
  /** The Redis to use; default: the one of this process, started when there is none yet. */
  readonly server?: RedisServer;
  /** Connections and clocks to use; takes precedence over `server`. It stays open. */
  readonly session?: Session;
  /** Called after every execution: how many there have been, and how many are known to be left of this share. */
  readonly onProgress?: (executions: number, pending: number) => void;
  /** Ends it early, with what it knows by then: the map is not complete. */
  readonly signal?: AbortSignal;
}

/** Every option by name: anything else is misspelt. */
const MAP_OPTIONS: Readonly<Record<keyof MapOptions, true>> = {
  kinds: true,
  workerCount: true,
  preemptions: true,
  runs: true,
  seed: true,
  server: true,
  session: true,
  onProgress: true,
  signal: true,
};

/**
 * Makes the fault map of a scenario: every fault at every command, one fault an execution, and what each combination broke.
 * The faults that the scenario itself plans are not looked at.
 *
 * @returns the map; `JSON.stringify({ format: map.format, maps: [map] })` is a file that `race-lab show` prints
 * @throws ScenarioError for options that make no sense, ServerError when no Redis can be had, and what ends an execution
 * @example
 * ```ts
 * import { atMostOnce, faultMap, scenario } from 'redis-race-lab';
 *
 * const views = scenario({
 *   name: 'views',
 *   workers: ({ redis, operation }) => operation('increment', () => redis.incr('views')),
 *   invariants: [atMostOnce({ key: 'views' })],
 * });
 * const { cells } = await faultMap(views, { kinds: ['reset-before-send', 'reset-after-apply'] });
 * for (const { position, fault, outcome } of cells) console.log(position, fault, outcome);
 * // 1 reset-before-send handled, 1 reset-after-apply breaks
 * ```
 * @public
 */
export async function faultMap(scenario: Scenario, options: MapOptions = {}): Promise<FaultMap> {
  checkNames(options, MAP_OPTIONS, 'a fault map');
  const { kinds, workerCount, preemptions, runs, seed, server, session, onProgress, signal } = options;
  checkOptions(defined({ preemptions, runs, seed }));
  const unknown = kinds?.find((kind) => !FAULT_KINDS.includes(kind));
  if (unknown !== undefined)
    throw new ScenarioError(`unknown fault "${String(unknown)}": one of ${FAULT_KINDS.join(', ')}`);
  return await withOwnEnvironment(session, server, (environment) =>
    oneExplorationAtATime(environment.server, () =>
      makeFaultMap(scenario, {
        environment,
        ...defined({ kinds, workers: workerCount, preemptions, runs, seed, onProgress, signal }),
      }),
    ),
  );
}
