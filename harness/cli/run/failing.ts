/** What of a run makes it fail: what is new since a baseline, and of the kinds that somebody asked for. */
import type { VerdictKind } from '../../record/verdict.js';
import { isKnown, type Baseline, type Comparable } from '../../report/results/baseline.js';
import type { MeasurementResult } from '../../report/results/measured.js';
import { nameOf, outcomeOf, type VariantResult } from '../../report/results/results.js';
import { EXIT } from '../context/errors.js';

/** A result as baselines know it. @internal */
export function comparable(result: VariantResult): Comparable {
  const { verdict } = result;
  const now = { 'as expected': 'passes', unknown: 'unknown', 'not as expected': undefined } as const;
  return {
    name: nameOf(result),
    label: nameOf(result),
    now: now[outcomeOf(result)] ?? { verdict: verdict.kind, invariant: verdict.invariant ?? null },
  };
}

/** What decides whether a run fails. @internal */
export interface FailingRules {
  readonly baseline: Baseline | undefined;
  /** Only these verdicts make it fail; default: all. */
  readonly failOn: readonly VerdictKind[] | undefined;
}

/** Is this result a reason to fail? @internal */
export function isReason(result: VariantResult, { baseline, failOn }: FailingRules): boolean {
  const outcome = outcomeOf(result);
  if (outcome === 'as expected') return false;
  if (failOn !== undefined && !failOn.includes(result.verdict.kind)) return false;
  return outcome === 'unknown' || !isKnown(baseline, comparable(result));
}

/** 1 where something is not as expected, 2 where nobody can tell, else 0: of what is a reason to fail. @internal */
export function exitCodeOf(
  results: readonly VariantResult[],
  measurements: readonly MeasurementResult[],
  rules: FailingRules,
): number {
  const outcomes = results.filter((result) => isReason(result, rules)).map(outcomeOf);
  if (outcomes.includes('not as expected')) return EXIT.notAsExpected;
  const isAsked = rules.failOn === undefined || rules.failOn.includes('error');
  const broken = isAsked && measurements.some(({ outcome }) => outcome === 'error');
  return outcomes.length > 0 || broken ? EXIT.unknown : EXIT.asExpected;
}

/** What is not as expected and no reason to fail, because of `--fail-on`, in words; undefined where there is nothing. @internal */
export function passedOverText(results: readonly VariantResult[], rules: FailingRules): string | undefined {
  const all = results.filter((result) => isReason(result, { ...rules, failOn: undefined }));
  const over = all.filter((result) => !isReason(result, rules));
  if (over.length === 0) return undefined;
  const names = over.map((result) => `${nameOf(result)} (${result.verdict.kind})`);
  return `no reason to fail, by --fail-on: ${names.join(', ')}`;
}

/** Why a result that is not as expected is no reason to fail; undefined where it is one, and where it is as expected. @internal */
export function acceptedBy(rules: FailingRules): (result: VariantResult) => string | undefined {
  return (result) => {
    if (outcomeOf(result) === 'as expected' || isReason(result, rules)) return undefined;
    return isReason(result, { ...rules, failOn: undefined })
      ? 'no reason to fail, by --fail-on'
      : 'known, by the baseline';
  };
}
