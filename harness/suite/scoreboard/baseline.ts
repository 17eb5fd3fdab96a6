/** Failures that are known: accepted, until they are mended. */
import { listed } from '../../base/text.js';
import { ScenarioError } from '../../scenario/errors.js';
import type { SuiteResult } from '../run/result.js';
import { SCOREBOARD_FORMAT, type Scoreboard } from './data.js';

/** Hazards that failed when the baseline was made, by the name of what was adapted. @internal */
export type Baseline = ReadonlyMap<string, ReadonlySet<string>>;

/** What has changed since a baseline. @internal */
export interface Compared {
  /** Fail, and did. `name/hazard`. */
  readonly known: readonly string[];
  /** Fail, and did not. */
  readonly fresh: readonly string[];
  /** Pass, and did not. */
  readonly mended: readonly string[];
}

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
  const all = suites.flatMap(({ name, results }) =>
    results.map(({ hazard: { id }, outcome }) => ({
      label: `${name}/${id}`,
      outcome,
      wasKnown: baseline?.get(name)?.has(id) === true,
    })),
  );
  const labels = (which: (one: (typeof all)[number]) => boolean): string[] =>
    all.filter(which).map(({ label }) => label);
  return {
    known: labels(({ outcome, wasKnown }) => outcome === 'fail' && wasKnown),
    fresh: labels(({ outcome, wasKnown }) => outcome === 'fail' && !wasKnown),
    mended: labels(({ outcome, wasKnown }) => outcome === 'pass' && wasKnown),
  };
}

/** The comparison in words; empty where there is nothing to say. @internal */
export function comparedLines({ known, fresh, mended }: Compared): string[] {
  return [
    ...(known.length > 0 ? [`known: ${listed(known)}`] : []),
    ...(mended.length > 0 ? [`mended: ${listed(mended)}; take them out of the baseline`] : []),
    ...(fresh.length > 0 ? [`new: ${listed(fresh)}`] : []),
  ];
}
