/** Failures that are known: accepted, until they are mended. */
import { z } from 'zod';
import { fitting } from '../../record/read.js';
import { comparedWithBaseline, type Compared } from '../../report/results/baseline.js';
import { ScenarioError } from '../../scenario/errors.js';
import type { HazardResult, SuiteResult } from '../run/result.js';
import { SCOREBOARD_FORMAT } from './data.js';

/** What of a scoreboard is read. */
const baselineFile = z.object({
  format: z.literal(SCOREBOARD_FORMAT),
  suites: z.array(
    z.object({
      name: z.string(),
      results: z.array(
        z.object({ hazard: z.string(), outcome: z.string(), invariant: z.string().nullable() }),
      ),
    }),
  ),
});

/** What broke in each hazard that failed when the baseline was made, by the name of what was adapted. @internal */
export type Baseline = ReadonlyMap<string, ReadonlyMap<string, string | null>>;

/**
 * Reads a baseline: the scoreboard of an earlier run.
 *
 * @param text - of the file
 * @param file - its name, for messages
 * @throws ScenarioError for what is no JSON, or no scoreboard; RecordError for a damaged one
 * @internal
 */
export function parseBaseline(text: string, file: string): Baseline {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (error) {
    throw new ScenarioError(`${file} is no JSON: ${(error as Error).message}`, { cause: error });
  }
  if (typeof given !== 'object' || given === null || !('suites' in given))
    throw new ScenarioError(`${file} is no scoreboard: keep what race-lab suite FILE --json prints`);
  const { suites } = fitting(baselineFile, given, file);
  return new Map(
    suites.map(({ name, results }) => {
      const failed = results.filter(({ outcome }) => outcome === 'fail');
      return [name, new Map(failed.map(({ hazard, invariant }) => [hazard, invariant]))];
    }),
  );
}

/** Whether it is known that this fails, on the same invariant. @internal */
export function isKnown(
  baseline: Baseline | undefined,
  name: string,
  { hazard, outcome, verdict }: HazardResult,
): boolean {
  return outcome === 'fail' && baseline?.get(name)?.get(hazard.id) === (verdict?.invariant ?? null);
}

/** Compares what suites came to with a baseline; without one every failure is fresh. @internal */
export function compareWith(baseline: Baseline | undefined, suites: readonly SuiteResult[]): Compared {
  const now = { fail: 'fails', pass: 'passes' } as const;
  return comparedWithBaseline(
    suites.flatMap(({ name, results }) =>
      results.map((result) => {
        const { hazard, outcome } = result;
        return {
          label: `${name}/${hazard.id}`,
          now: outcome === 'fail' || outcome === 'pass' ? now[outcome] : 'unknown',
          isKnown: isKnown(baseline, name, result),
          failed: baseline?.get(name)?.has(hazard.id) === true,
        };
      }),
    ),
  );
}
