/** What of a run makes it fail: what is new since a baseline, and of the kinds that somebody asked for. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import { RecordError } from '../../record/error.js';
import { fitting } from '../../record/read.js';
import type { VerdictKind } from '../../record/verdict.js';
import { comparedWithBaseline, type Compared } from '../../report/results/baseline.js';
import type { MeasurementResult } from '../../report/results/measured.js';
import { nameOf, outcomeOf, RESULTS_FORMAT, type VariantResult } from '../../report/results/results.js';
import { EXIT, UsageError } from '../context/errors.js';

const baselineFile = z.object({
  format: z.literal(RESULTS_FORMAT),
  results: z.array(
    z.object({
      lab: z.string(),
      variant: z.string(),
      verdict: z.string(),
      invariant: z.string().nullable(),
      outcome: z.string(),
    }),
  ),
});

/** How each scenario failed that was not as expected when the baseline was made, by its name. @internal */
export type Baseline = ReadonlyMap<string, string>;

/**
 * Reads a baseline: the `results.json` of an earlier run, or what `--json` printed.
 *
 * @returns undefined where none was asked for
 * @throws UsageError where there is no such file, RecordError for a file that holds anything else
 * @internal
 */
export async function readBaseline(cwd: string, file: string | undefined): Promise<Baseline | undefined> {
  if (file === undefined) return undefined;
  const text = await readFile(resolve(cwd, file), 'utf8').catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'there is no such file' : error.message;
    throw new UsageError(`cannot read the baseline ${file}: ${why}. Keep the results.json of a run as one`);
  });
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new RecordError(`the baseline ${file} is not JSON: keep the results.json of a run as one`, {
      cause: error,
    });
  }
  const { results } = fitting(baselineFile, data as object, `the baseline ${file}`);
  const failed = results.filter(({ outcome }) => outcome === 'not as expected');
  return new Map(
    failed.map(({ lab, variant, verdict, invariant }) => [
      nameOf({ lab, variant }),
      `${verdict} ${invariant}`,
    ]),
  );
}

/** Compares results with a baseline. Known is what fails by the same verdict on the same invariant. @internal */
export function compareRun(baseline: Baseline, results: readonly VariantResult[]): Compared {
  const now = { 'as expected': 'passes', 'not as expected': 'fails', unknown: 'unknown' } as const;
  return comparedWithBaseline(
    results.map((result) => {
      const label = nameOf(result);
      const before = baseline.get(label);
      return {
        label,
        now: now[outcomeOf(result)],
        isKnown: before === failureOf(result),
        failed: before !== undefined,
      };
    }),
  );
}

function failureOf({ verdict }: VariantResult): string {
  return `${verdict.kind} ${verdict.invariant ?? null}`;
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
  return outcome === 'unknown' || baseline?.get(nameOf(result)) !== failureOf(result);
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
