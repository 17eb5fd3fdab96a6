/** What `race-lab run` prints. */
import { defined } from '../../base/defined.js';
import { count, fit, harmless, wrap } from '../../base/text.js';
import type { Verdict } from '../../record/verdict.js';
import { diagnose } from '../../report/diagnosis/diagnosis.js';
import { exploredText } from '../../report/print/explored.js';
import { renderFailure } from '../../report/print/failure.js';
import { comparedLines, compareWith, type Baseline } from '../../report/results/baseline.js';
import type { KeptResults } from '../../report/results/kept.js';
import type { MeasurementResult } from '../../report/results/measured.js';
import { measurementsTally, renderMeasurement } from '../../report/results/measured-text.js';
import type { ReportFolder } from '../../report/results/report-folder.js';
import { OUTCOME_MARKS, paintOf, renderResultsTable, tallyText } from '../../report/results/results-table.js';
import { earlierText } from '../../report/results/earlier.js';
import { nameOf, outcomeOf, type RunFacts, type VariantResult } from '../../report/results/results.js';
import { painterFor } from '../../report/text/painter.js';
import { describeExpectation } from '../../scenario/lab.js';
import { serverText } from '../../server/identity.js';
import type { CliContext } from '../context/context.js';
import { duration } from '../../report/terminal/progress-line.js';
import { nearPath, replayLine } from '../terminal/replay-line.js';
import { comparable, passedOverText, type FailingRules } from './failing.js';
import type { RunFlags } from './run-context.js';
import { describeVerdict } from '../../report/text/run-text.js';

/**
 * What a variant came to, as soon as it is known. With `--json` only what is not as expected, on standard error.
 *
 * @internal
 */
export function printLine(context: CliContext, flags: RunFlags, result: VariantResult): void {
  const outcome = outcomeOf(result);
  const output = flags.json === true ? context.err : context.out;
  if (flags.json === true && outcome === 'as expected') return;
  const paint = paintOf(painterFor(output), outcome);
  const { verdict, expect } = result;
  const wanted = outcome === 'as expected' ? 'as expected' : `(expected: ${describeExpectation(expect)})`;
  const text = harmless(`${nameOf(result)} ${describeVerdict(verdict)} ${wanted}: ${detailOf(verdict)}`);
  // A finding is shown in full elsewhere. Of the rest this line is all there is to see: what a pass claims is not cut.
  const width = output.columns - 2;
  const isFinding = verdict.record !== undefined && verdict.kind !== 'incomplete';
  const lines = isFinding ? [fit(text, width)] : wrap(text, width);
  for (const [at, line] of lines.entries())
    output.write(`${at === 0 ? paint(OUTCOME_MARKS[outcome]) : ' '} ${line}\n`);
}

function detailOf(verdict: Verdict): string {
  if (verdict.kind === 'error') return verdict.message;
  if (verdict.record !== undefined && verdict.kind !== 'incomplete') return diagnose(verdict.record).sentence;
  return verdict.kind === 'holds' ? exploredText(verdict) : verdict.message;
}

/** What a whole run came to. @internal */
export interface RunReport {
  readonly results: readonly VariantResult[];
  readonly measurements: readonly MeasurementResult[];
  /** These, and what the folder of the reports kept of earlier runs. */
  readonly all: KeptResults;
  readonly facts: RunFacts;
  /** Where the reports are; undefined when they could not be written. */
  readonly folder: ReportFolder | undefined;
  /** How many searches `--resume` can continue. */
  readonly unfinished: number;
  /** How many predictions were right, where they were asked for. */
  readonly predictions: string | undefined;
  readonly tookMs: number;
}

/** Prints the findings, the table and the sum. The sum stands at the end, where the eye is. @internal */
export function printReport(
  context: CliContext,
  flags: RunFlags,
  { results, measurements, all: everything, facts, folder, unfinished, predictions, tookMs }: RunReport,
): void {
  const { columns, colour } = context.out;
  const print = (text: string): void => context.out.write(`${text}\n`);
  // Who edits a file wants to see that one.
  const all = flags.watch === true ? { variants: results, measurements } : everything;
  for (const result of results) printFinding(context, flags, result, folder);
  print('');
  if (all.variants.length > 0) print(`${renderResultsTable(all.variants, { columns, colour })}\n`);
  // Those of this run have just been shown.
  const older = all.measurements.filter(({ earlier }) => earlier !== undefined);
  for (const one of older) renderMeasurement(one, { columns, colour }).forEach(print);
  if (older.length > 0) print('');
  const sums = [
    ...(results.length === 0 ? [] : [tallyText(results)]),
    ...(measurements.length === 0 ? [] : [measurementsTally(measurements)]),
  ];
  wrap(`${sums.join('; ')}; ${duration(tookMs)}; ${serverText(facts.redis)}`, columns).forEach(print);
  if (predictions !== undefined) print(predictions);
  if (folder === undefined) return;
  const kept = earlierText(all.variants, facts);
  print(`reports: ${nearPath(folder.path)}`);
  if (kept !== undefined) wrap(`with ${kept}`, columns).forEach(print);
  if (unfinished > 0)
    print(`${count(unfinished, 'search', 'searches')} to go on with: add --resume to the same command`);
}

/** What has changed since a baseline, what is passed over, and what else there is to say of what fails. @internal */
export function printFailing(
  output: CliContext['out'],
  results: readonly VariantResult[],
  before: Baseline | undefined,
  rules: FailingRules,
  more: readonly string[],
): void {
  const compared = before === undefined ? [] : comparedLines(compareWith(before, results.map(comparable)));
  const over = passedOverText(results, rules);
  for (const text of [...compared, ...(over === undefined ? [] : [over]), ...more])
    for (const line of wrap(harmless(text), output.columns)) output.write(`${line}\n`);
}

/** A finding in full, unless it is expected and nobody asked for it. */
function printFinding(
  { out, invocation }: CliContext,
  flags: RunFlags,
  result: VariantResult,
  folder: ReportFolder | undefined,
): void {
  const { verdict, record } = result;
  if (verdict.record === undefined) return;
  if (flags.verbose !== true && outcomeOf(result) === 'as expected') return;
  const replay =
    folder === undefined || record === undefined ? undefined : replayLine(invocation, folder.path, record);
  const { columns, colour } = out;
  const layout = { columns, colour, verdict, all: flags.all === true, ...defined({ replay }) };
  out.write(`\n${renderFailure(verdict.record, layout)}\n`);
}
