import type { Verdict } from '../../record/verdict.js';
import type { SuiteKind } from '../adapters/adapter.js';
import type { HazardText } from '../hazards/hazard.js';

/**
 * What a hazard came to. `unknown`: a bound was hit, or it could not be run; never green.
 *
 * @public
 */
export type HazardOutcome = 'pass' | 'fail' | 'not applicable' | 'unknown';

/**
 * What one hazard came to.
 *
 * @public
 */
export interface HazardResult {
  /** Which. */
  readonly hazard: HazardText;
  /** In a word. */
  readonly outcome: HazardOutcome;
  /** One line for people: what was tried, what is wrong, or why nobody can tell. */
  readonly why: string;
  /** Of its exploration, with the record of what is wrong. Undefined where it is not applicable. */
  readonly verdict: Verdict | undefined;
  /**
   * Of each of its scenarios that was explored: itself, then, once that passes, the same among more workers. Those besides
   * `verdict` pass. Empty where it is not applicable.
   */
  readonly verdicts: readonly Verdict[];
}

/**
 * What all hazards came to.
 *
 * @public
 */
export interface SuiteResult {
  /** Of what is adapted. */
  readonly name: string;
  /** What it is. */
  readonly suite: SuiteKind;
  /** In the order in which the hazards are told. */
  readonly results: readonly HazardResult[];
  /** Real time taken. */
  readonly tookMs: number;
}

/** How many there are of each outcome. @internal */
export function outcomesOf(results: readonly Pick<HazardResult, 'outcome'>[]): Record<HazardOutcome, number> {
  const counts: Record<HazardOutcome, number> = { pass: 0, fail: 0, 'not applicable': 0, unknown: 0 };
  for (const { outcome } of results) counts[outcome] += 1;
  return counts;
}
