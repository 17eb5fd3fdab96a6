import { exploredText } from '../print/explored.js';
import { renderFailure } from '../print/failure.js';
import { coveredText, describeVerdict, sizeText } from '../text/run-text.js';
import { earlierText, ranText } from './earlier.js';
import type { MeasurementResult } from './measured.js';
import { measurementsSummary, measurementsTally } from './measured-text.js';
import { nameOf, outcomeOf, tally, type RunFacts, type VariantResult } from './results.js';
import { OUTCOME_MARKS, tallyText } from './results-table.js';
import { grouped, harmless } from '../../base/text.js';
import { COLUMNS_IN_FILES } from '../text/layout.js';
import { describeExpectation } from '../../scenario/lab.js';
import { serverText } from '../../server/identity.js';

/**
 * Results as Markdown: a table, what was measured, then every result that is not as expected.
 *
 * @param run - the last one: what is of earlier ones is marked
 * @internal
 */
export function renderSummary(
  results: readonly VariantResult[],
  run: Pick<RunFacts, 'redis' | 'tool'>,
  measurements: readonly MeasurementResult[] = [],
): string {
  const counts = tally(results);
  const verdict =
    counts['not as expected'] > 0 ? 'Not as expected' : counts.unknown > 0 ? 'Unknown' : 'As expected';
  const older = earlierText(results, run);
  const lines = [
    `# Race Lab: ${verdict}`,
    '',
    `${[tallyText(results), ...(measurements.length === 0 ? [] : [measurementsTally(measurements)])].join('; ')}. ${serverText(run.redis)}.`,
    ...(older === undefined ? [] : ['', `${escaped(older)}.`]),
    '',
    `| | lab/variant | expected | verdict | explored | minimal | ms |${older === undefined ? '' : ' ran |'}`,
    `|---|---|---|---|---|---|---:|${older === undefined ? '' : '---|'}`,
    ...results.map((result) => tableRow(result) + (older === undefined ? '' : ` ${ranText(result)} |`)),
    '',
  ];
  // The table has no room for what sampling says, and for what a pass does not say.
  const more = results.filter(
    ({ verdict }) => verdict.sampling !== undefined || verdict.idleFaults !== undefined,
  );
  for (const result of more)
    lines.push(`- ${escaped(nameOf(result))}: ${escaped(exploredText(result.verdict))}`);
  if (more.length > 0) lines.push('');
  lines.push(...measurementsSummary(measurements, escaped));
  for (const result of results) {
    if (outcomeOf(result) !== 'as expected') lines.push(...details(result));
  }
  return lines.join('\n');
}

function tableRow(result: VariantResult): string {
  const { expect, verdict } = result;
  const record = result.record === undefined ? '' : ` ([record](${encodeURI(result.record)}))`;
  const cells = [
    OUTCOME_MARKS[outcomeOf(result)],
    escaped(nameOf(result)),
    escaped(describeExpectation(expect)),
    escaped(describeVerdict(verdict)) + record,
    coveredText(verdict),
    verdict.minimal === undefined ? '' : sizeText(verdict.minimal),
    grouped(verdict.tookMs),
  ];
  return `| ${cells.join(' | ')} |`;
}

function details(result: VariantResult): string[] {
  const { verdict, expect } = result;
  const wanted = escaped(describeExpectation(expect));
  const lines = [
    `## ${OUTCOME_MARKS[outcomeOf(result)]} ${escaped(nameOf(result))}`,
    '',
    `Expected ${wanted}, got ${escaped(describeVerdict(verdict))}: ${escaped(verdict.message)}`,
    '',
  ];
  if (verdict.record === undefined) return lines;
  const text = renderFailure(verdict.record, { columns: COLUMNS_IN_FILES, verdict });
  // A fence must be longer than any run of backticks in what it holds.
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return [...lines, `${fence}text`, text, fence, ''];
}

/** Text that means itself in Markdown, also inside a table. */
function escaped(text: string): string {
  return harmless(text).replaceAll(/[\\`*_[\]<>|#~]/g, (character) => `\\${character}`);
}
