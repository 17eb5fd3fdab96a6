import { exploreWith } from '../../explore/explore.js';
import { toldVerdict } from '../../explore/limits/onlooker.js';
import type { ExploreOptions } from '../../explore/options.js';
import { openSession } from '../../explore/session.js';
import { checkNames } from '../../base/option-names.js';
import { listed } from '../../base/text.js';
import { ScenarioError } from '../../scenario/errors.js';
import type { SuiteAdapter } from '../adapters/suite-adapter.js';
import { appliedHazards, type AppliedHazard } from './applied.js';
import { runHazard } from './run-hazard.js';
import type { HazardResult, SuiteResult } from './result.js';

/**
 * How a suite is run.
 *
 * @public
 */
export interface SuiteOptions extends Pick<
  ExploreOptions,
  'server' | 'session' | 'seconds' | 'seed' | 'onProgress' | 'signal'
> {
  /** Hazards to run, by their ids. Default: all. */
  readonly only?: readonly string[];
  /**
   * Executions at most for each bound of a hazard: everything, then at most one preemption, then none; `stampede`, `data-loss` and
   * `fairness` begin at one preemption, and `retry-storm` at none. Default: 2000. What none of them is enough for is *unknown*.
   */
  readonly runs?: number;
  /** Called with each result as soon as it is there. */
  readonly onResult?: (result: HazardResult) => void;
}

const OPTIONS: Readonly<Record<keyof SuiteOptions, true>> = {
  server: true,
  session: true,
  seconds: true,
  seed: true,
  onProgress: true,
  signal: true,
  only: true,
  runs: true,
  onResult: true,
};

/**
 * Runs every hazard for what is adapted, one after the other.
 *
 * @param name - of what is adapted, for reports
 * @throws ScenarioError for what is no adapter and for options that make no sense, ServerError when no Redis can be had
 * @example
 * ```ts
 * import { lockAdapter, runSuite } from 'redis-race-lab/suite';
 *
 * const forever = lockAdapter({
 *   acquire: async ({ client, key }) => (await client.setnx(key, 'taken')) === 1,
 *   release: (_, { client, key }) => client.del(key),
 * });
 * const { results } = await runSuite('SETNX', forever, { only: ['contention', 'holder-crash'] });
 * console.log(results.map(({ outcome }) => outcome)); // ["pass","fail"]
 * ```
 * @public
 */
export async function runSuite(
  name: string,
  adapter: SuiteAdapter,
  options: SuiteOptions = {},
): Promise<SuiteResult> {
  checkNames(options, OPTIONS, 'a suite');
  const startedMs = performance.now();
  const { only, onResult, server, session: given, ...others } = options;
  const hazards = chosen(appliedHazards(name, adapter), only);
  const session = given ?? (await openSession(server));
  try {
    const results: HazardResult[] = [];
    for (const applied of hazards) {
      const result = await runHazard(applied, exploreWith, { ...others, session });
      result.verdicts.forEach(toldVerdict);
      results.push(result);
      onResult?.(result);
      if (options.signal?.aborted === true) break;
    }
    return { name, suite: adapter.suite, results, tookMs: Math.round(performance.now() - startedMs) };
  } finally {
    if (given === undefined) session.close();
  }
}

/** These of all hazards, in their order. @throws ScenarioError for an id that none has @internal */
export function chosen<Of extends Pick<AppliedHazard, 'id'>>(
  hazards: readonly Of[],
  only: readonly string[] | undefined,
): readonly Of[] {
  if (only === undefined) return hazards;
  const ids = hazards.map(({ id }) => id);
  const unknown = only.find((id) => !ids.includes(id));
  if (unknown !== undefined)
    throw new ScenarioError(`there is no hazard "${unknown}"; there are ${listed(ids)}`);
  return hazards.filter(({ id }) => only.includes(id));
}
