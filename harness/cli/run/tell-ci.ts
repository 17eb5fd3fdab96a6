import { appendFileSync } from 'node:fs';
import { annotations } from '../../report/ci/annotations.js';
import type { VariantResult } from '../../report/results/results.js';
import { renderSummary } from '../../report/results/summary.js';
import type { CliContext } from '../context/context.js';
import type { RunReport } from './print.js';

/**
 * Tells GitHub Actions what it can show by itself: each result that is not as expected at the line of the code, and the summary on
 * the page of the job. Elsewhere nothing happens. On standard error, which it reads as well: standard output may be for programs.
 *
 * @param isReason - does this result make the run fail? What is known already is not told again
 * @internal
 */
export function tellCi(
  { env, err }: CliContext,
  { results, measurements, facts }: Pick<RunReport, 'results' | 'measurements' | 'facts'>,
  isReason: (result: VariantResult) => boolean,
): void {
  if (env['GITHUB_ACTIONS'] !== 'true') return;
  for (const line of annotations(results.filter(isReason))) err.write(`${line}\n`);
  const file = env['GITHUB_STEP_SUMMARY'];
  if (file === undefined || file === '') return;
  try {
    appendFileSync(file, `${renderSummary(results, facts, measurements)}\n`);
  } catch (error) {
    // The verdict does not hang on it.
    err.write(`the summary of the job could not be written: ${(error as Error).message}\n`);
  }
}
