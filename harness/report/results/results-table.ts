import { describeExpectation } from '../../scenario/lab.js';
import { boundsText } from '../../record/bounds-text.js';
import type { ExecutionSize } from '../../record/format.js';
import type { View } from '../text/layout.js';
import { ranText } from './earlier.js';
import { outcomeOf, tally, type VariantOutcome, type VariantResult } from './results.js';
import { count, fit, grouped, harmless, pad, widthOf, wrap } from '../../base/text.js';
import { shareWidths } from '../text/widths.js';
import { painterFor, type Painter } from '../text/painter.js';
import { describeVerdict } from '../text/run-text.js';

/** Symbols that say the same as the colours. @internal */
export const OUTCOME_MARKS: Readonly<Record<VariantOutcome, string>> = {
  'as expected': '✓',
  'not as expected': '✗',
  unknown: '?',
};

interface Column {
  readonly title: string;
  readonly align?: 'right';
  readonly cell: (result: VariantResult) => string;
  /** What stands there when the terminal is too narrow for everything. */
  readonly short?: (result: VariantResult) => string;
  /** May be cut to this width when even that does not help. */
  readonly least?: number;
}

const COLUMNS: readonly Column[] = [
  { title: '', cell: (result) => OUTCOME_MARKS[outcomeOf(result)] },
  { title: 'variant', cell: ({ variant }) => harmless(variant), least: 10 },
  {
    title: 'expected',
    cell: ({ expect }) => harmless(describeExpectation(expect)),
    short: ({ expect }) => expect.kind,
  },
  {
    title: 'verdict',
    cell: ({ verdict }) => harmless(describeVerdict(verdict)),
    short: ({ verdict }) => verdict.kind,
  },
  {
    title: 'executions',
    align: 'right',
    cell: ({ verdict }) => `${verdict.complete ? 'all ' : ''}${grouped(verdict.executions)}`,
  },
  { title: 'minimal', cell: ({ verdict }) => shortSize(verdict.minimal) },
  { title: 'ms', align: 'right', cell: ({ verdict }) => grouped(verdict.tookMs) },
];
/** Only where not everything was run now. */
const RAN: Column = { title: 'ran', cell: ranText };
const GAP = '  ';

/** Results as a table that fits the terminal, grouped by lab. Those of earlier runs say so. @internal */
export function renderResultsTable(results: readonly VariantResult[], layout: View): string {
  const painter = painterFor(layout);
  const columns = results.some(({ earlier }) => earlier !== undefined) ? [...COLUMNS, RAN] : COLUMNS;
  const { cells, widths } = fitted(columns, results, layout.columns);
  const line = (texts: readonly string[]): string[] =>
    texts.map((text, at) => pad(text, widths[at]!, columns[at]!.align));

  const lines = [
    painter.dim(
      line(columns.map(({ title }) => title))
        .join(GAP)
        .trimEnd(),
    ),
  ];
  for (const [at, result] of results.entries()) {
    if (result.lab !== results[at - 1]?.lab)
      lines.push(painter.bold(fit(harmless(result.lab), layout.columns)));
    const [mark, ...rest] = line(cells[at]!);
    const text = rest.join(GAP).trimEnd();
    const own = result.earlier === undefined ? text : painter.dim(text);
    lines.push([paintOf(painter, outcomeOf(result))(mark!), own].join(GAP).trimEnd());
  }
  return [
    ...lines,
    ...legend(results)
      .flatMap((text) => wrap(text, layout.columns))
      .map((text) => painter.dim(text)),
  ].join('\n');
}

/** What stands in every cell, and how wide each column is. */
function fitted(
  columns: readonly Column[],
  results: readonly VariantResult[],
  width: number,
): { readonly cells: readonly (readonly string[])[]; readonly widths: readonly number[] } {
  const available = width - GAP.length * (columns.length - 1);
  const long = results.map((result) => columns.map(({ cell }) => cell(result)));
  const fits = naturalWidths(columns, long).reduce((sum, one) => sum + one, 0) <= available;
  const cells = fits ? long : results.map((result) => columns.map(({ cell, short = cell }) => short(result)));
  const wanted = naturalWidths(columns, cells);
  const least = columns.map((column, at) => column.least ?? wanted[at]!);
  return { cells, widths: shareWidths(wanted, available, least) ?? least };
}

function naturalWidths(columns: readonly Column[], cells: readonly (readonly string[])[]): number[] {
  return columns.map(({ title }, at) => Math.max(widthOf(title), ...cells.map((row) => widthOf(row[at]!))));
}

/** `2w 4s 1p 0f`; explained below the table. */
function shortSize(size: ExecutionSize | undefined): string {
  return size === undefined ? '' : `${size.workers}w ${size.steps}s ${size.preemptions}p ${size.faults}f`;
}

/** Explains the abbreviations that the table uses, and nothing else. */
function legend(results: readonly VariantResult[]): string[] {
  const bounds = results
    .filter(({ verdict }) => verdict.complete)
    .map(({ verdict }) => boundsText(verdict.bounds));
  const lines: string[] = [];
  if (bounds.length > 0) lines.push(`all: every execution with ${[...new Set(bounds)].join(', or ')}`);
  if (results.some(({ verdict }) => verdict.complete && verdict.bounds.alike === true))
    lines.push('of executions that differ only in which worker is which, one stands for all');
  if (results.some(({ verdict }) => verdict.minimal !== undefined)) {
    lines.push('minimal: workers, steps, preemptions and faults of the smallest execution found');
  }
  return lines;
}

/** `12 variants: 11 as expected, 1 not as expected`. @internal */
export function tallyText(results: readonly VariantResult[]): string {
  const counts = tally(results);
  const parts = (Object.keys(counts) as VariantOutcome[]).filter(
    (outcome) => counts[outcome] > 0 || outcome === 'as expected',
  );
  return `${count(results.length, 'variant')}: ${parts.map((outcome) => `${counts[outcome]} ${outcome}`).join(', ')}`;
}

/** Colour of an outcome. @internal */
export function paintOf(painter: Painter, outcome: VariantOutcome): (text: string) => string {
  return outcome === 'as expected' ? painter.green : outcome === 'unknown' ? painter.yellow : painter.red;
}
