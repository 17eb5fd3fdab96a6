/** Failures that are known: accepted, until they are mended. */
import { comparedWithBaseline, type Compared } from '../../report/results/baseline.js';
import { ScenarioError } from '../../scenario/errors.js';
import type { SuiteResult } from '../run/result.js';
import { SCOREBOARD_FORMAT, type Scoreboard } from './data.js';

/** Hazards that failed when the baseline was made, by the name of what was adapted. @internal */
export type Baseline = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Reads a baseline: the scoreboard of an earlier run.
 *
 * @param text - of the file
 * @param file - its name, for messages
 * @throws ScenarioError for anything else
 * @internal
 */
export function parseBaseline(text: string, file: string): Baseline {
  let given: Scoreboard | null;
  try {
    given = JSON.parse(text) as Scoreboard | null;
  } catch (error) {
    throw new ScenarioError(`${file} is no JSON: ${(error as Error).message}`, { cause: error });
  }
  if (given?.format !== SCOREBOARD_FORMAT || (given.suites as unknown) === undefined)
    throw new ScenarioError(`${file} is no scoreboard: keep what race-lab suite FILE --json prints`);
  return new Map(
    given.suites.map(({ name, results }) => [
      name,
      new Set(results.flatMap(({ hazard, outcome }) => (outcome === 'fail' ? hazard : []))),
    ]),
  );
}

/** Compares what suites came to with a baseline; without one every failure is fresh. @internal */
export function compareWith(baseline: Baseline | undefined, suites: readonly SuiteResult[]): Compared {
  const now = { fail: 'fails', pass: 'passes' } as const;
  return comparedWithBaseline(
    suites.flatMap(({ name, results }) =>
      results.map(({ hazard: { id }, outcome }) => {
        const failed = baseline?.get(name)?.has(id) === true;
        const is = outcome === 'fail' || outcome === 'pass' ? now[outcome] : 'unknown';
        return { label: `${name}/${id}`, now: is, isKnown: failed, failed };
      }),
    ),
  );
}
