import { checkNames } from '../base/option-names.js';
import { oneExplorationAtATime } from '../execution/host/execution-lock.js';
import type { Verdict } from '../record/verdict.js';
import { withFaultBudget, withWorkerCount } from '../scenario/recast.js';
import type { Scenario } from '../scenario/types.js';
import { defined } from '../base/defined.js';
import { Exploration } from './exploration.js';
import { INTERNAL_EXPLORE_OPTIONS, type InternalExploreOptions } from './internal-options.js';
import { onlookerFor, toldVerdict, type Onlooker } from './limits/onlooker.js';
import type { RunnerTest } from './limits/runner-test.js';
import { runningTest } from './limits/running-test.js';
import { checkOptions, EXPLORE_OPTIONS, type ExploreOptions } from './options.js';
import { withOwnEnvironment } from './session.js';

/** Whose options they are, in errors. */
const OWNER = 'an exploration';

/**
 * Explores the executions of a scenario until one fails or a bound is reached; a failure is shrunk, confirmed and
 * recorded.
 *
 * @returns the verdict; trouble of the lab itself (no server, a wait that it cannot control) is the verdict `error`
 * @throws ScenarioError for options that make no sense, ServerError when no Redis can be had
 * @example
 * ```ts
 * import { explore, scenario } from 'redis-race-lab';
 *
 * const views = scenario({ name: 'views', workers: ({ redis }) => redis.incr('views'), invariants: [] });
 * const { kind, complete, message } = await explore(views, { workerCount: 3, strategy: 'exhaustive', seed: 1 });
 * console.log(kind, complete, message);
 * ```
 * @public
 */
export async function explore(scenario: Scenario, options: ExploreOptions = {}): Promise<Verdict> {
  checkNames(options, EXPLORE_OPTIONS, OWNER);
  return toldVerdict(await exploreChecked(scenario, options));
}

/**
 * The same for the command line, which shares the work out among processes and goes on with searches of earlier runs, and for what explores
 * several times until it has a verdict: nobody is told of this one.
 *
 * @throws as `explore`; ScenarioError also where the search to resume is not of this scenario with these options
 * @internal
 */
export async function exploreWith(scenario: Scenario, options: InternalExploreOptions): Promise<Verdict> {
  checkNames(options, INTERNAL_EXPLORE_OPTIONS, OWNER);
  return await exploreChecked(scenario, options);
}

async function exploreChecked(scenario: Scenario, options: InternalExploreOptions): Promise<Verdict> {
  const cast = recast(scenario, options);
  // Asked at once: it may be over by the time that anything else is ready.
  const test = runningTest();
  checkOptions(options, test);
  const onlooker = options.onProgress === undefined ? onlookerFor(scenario.name) : undefined;
  const within = withTest(options, test, onlooker);
  return await withOwnEnvironment(options.session, options.server, (environment) =>
    // Its time runs from its own turn on.
    oneExplorationAtATime(environment.server, () =>
      new Exploration(environment, cast, within, checkOptions(options, test)).run(),
    ),
  );
}

/** The same, stopped with the test in which it runs, and shown to somebody. */
function withTest(
  options: InternalExploreOptions,
  test: RunnerTest | undefined,
  onlooker: Onlooker | undefined,
): InternalExploreOptions {
  const signals = [options.signal, test?.signal].filter((signal) => signal !== undefined);
  return {
    ...options,
    ...defined({
      signal: signals.length === 2 ? AbortSignal.any(signals) : signals[0],
      onProgress: options.onProgress ?? onlooker?.update.bind(onlooker),
    }),
  };
}

function recast(scenario: Scenario, { workerCount, faultBudget }: ExploreOptions): Scenario {
  const sized = workerCount === undefined ? scenario : withWorkerCount(scenario, workerCount);
  return faultBudget === undefined ? sized : withFaultBudget(sized, faultBudget);
}
