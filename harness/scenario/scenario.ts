import { announceCopy } from '../base/copies.js';
import {
  checkedFlag,
  checkedFaultPlan,
  checkedMaxSteps,
  checkedProfile,
  checkedRecovery,
  checkedStates,
  checkedTransport,
  checkedWorkerCount,
  checkParts,
  checkedBackground,
} from './checks.js';
import { checkedApp } from './app-checks.js';
import type { AppOptions } from './app-types.js';
import { ScenarioError } from './errors.js';
import { PROFILES } from './profiles.js';
import type { Scenario, ScenarioOptions, WorkerBody } from './types.js';

announceCopy();

const DEFAULT_WORKER_COUNT = 2;
const DEFAULT_MAX_STEPS = 200;
const DEFAULT_RECOVERS_WITHIN_OPERATIONS = 3;

/**
 * Describes a race: workers, what must hold, and what may go wrong.
 *
 * @throws ScenarioError when the description makes no sense
 * @example
 * ```ts
 * import { explore, noLostUpdate, scenario } from 'redis-race-lab';
 *
 * const views = scenario({
 *   name: 'page views',
 *   workerCount: 2,
 *   workers: ({ redis, operation }) => operation('increment', () => redis.incr('views')),
 *   invariants: [noLostUpdate({ key: 'views' })],
 * });
 * const { kind } = await explore(views);
 * console.log(kind); // holds
 * ```
 * @public
 */
export function scenario<App = unknown>(options: ScenarioOptions<App>): Scenario {
  checkParts(options);
  const uniform = typeof options.workers === 'function';
  const workers =
    typeof options.workers === 'function'
      ? Array.from(
          { length: checkedWorkerCount(options.workerCount ?? DEFAULT_WORKER_COUNT) },
          () => options.workers as WorkerBody,
        )
      : options.workers;
  checkedWorkerCount(workers.length);
  const background = checkedBackground(options.background, workers.length);
  if (!uniform && options.workerCount !== undefined) {
    throw new ScenarioError(
      '"workerCount" goes with one worker function; a list of workers has its own length',
    );
  }
  const duplicate = options.invariants.find(
    ({ id }, at) => options.invariants.findIndex((o) => o.id === id) !== at,
  );
  if (duplicate !== undefined) throw new ScenarioError(`two invariants are called "${duplicate.id}"`);
  const profile = checkedProfile(options.client ?? 'defaults');
  return {
    name: options.name,
    setup: options.setup,
    app: checkedApp(options.app as AppOptions<never> | undefined),
    workers,
    background,
    uniform,
    invariants: options.invariants,
    sharedClient: checkedFlag('sharedClient', options.sharedClient ?? false),
    interchangeable: checkedFlag('interchangeable', options.interchangeable ?? false),
    clientOptions: typeof profile === 'string' ? PROFILES[profile] : { ...PROFILES.defaults, ...profile },
    profile: typeof profile === 'string' ? profile : 'custom',
    createClient: options.createClient,
    transport: checkedTransport(options.transport ?? 'connector'),
    faults: checkedFaultPlan(options.faults, workers.length + background.length),
    maxSteps: checkedMaxSteps(options.maxSteps ?? DEFAULT_MAX_STEPS),
    workersMayFail: checkedFlag('workersMayFail', options.workersMayFail ?? false),
    recoversWithinOperations: checkedRecovery(
      options.recoversWithinOperations ?? DEFAULT_RECOVERS_WITHIN_OPERATIONS,
    ),
    mustReach: checkedStates(options.mustReach ?? []),
    mayNotRace: checkedFlag('mayNotRace', options.mayNotRace ?? false),
  };
}
