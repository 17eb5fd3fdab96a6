import { plainJson } from '../../base/text.js';
import { renderJunit, type Accepted } from './junit.js';
import { picturesOf, type MeasurementResult } from './measured.js';
import { RESULTS_FILE } from './report-contents.js';
import { reportPath } from './report-path.js';
import { buildResults, type Results, type RunFacts, type VariantResult } from './results.js';
import { renderSummary } from './summary.js';
import { recordText } from '../../record/text.js';

/** Path of a variant's record inside the folder of the reports. @internal */
export function recordPath(lab: string, variant: string): string {
  return reportPath('records', [lab, variant], 'json');
}

/** Everything that a run leaves behind. @internal */
export interface Reports {
  readonly results: Results;
  /** Content by path inside the folder. */
  readonly files: ReadonlyMap<string, string>;
}

/**
 * Writes up what there is: results for programs, a summary for people, JUnit for CI, a record per finding, and pictures of
 * what was measured.
 *
 * @param run - the last one
 * @param all - what it came to, and what earlier runs left
 * @param measurements - the same of measurements
 * @param accepted - why something that is not as expected is no reason to fail
 * @internal
 */
export function buildReports(
  run: RunFacts,
  all: readonly VariantResult[],
  measurements: readonly MeasurementResult[] = [],
  accepted?: Accepted,
): Reports {
  const results = buildResults(run, all, measurements);
  const files = new Map([
    [RESULTS_FILE, resultsText(results)],
    ['summary.md', renderSummary(all, run, measurements)],
    ['junit.xml', renderJunit(all, measurements, accepted)],
  ]);
  for (const { path, svg } of measurements.flatMap((one) => [...picturesOf(one).values()]))
    files.set(path, svg);
  for (const { record, verdict, earlier } of all) {
    const text = verdict.record === undefined ? undefined : recordText(verdict.record);
    const whole = earlier === undefined ? text : earlier.recordText;
    if (record !== undefined && whole !== undefined) files.set(record, whole);
  }
  return { results, files };
}

/** `results.json` as it stands in its file and on standard output. @internal */
export function resultsText(results: Results): string {
  return plainJson(`${JSON.stringify(results, undefined, 2)}\n`);
}
