import { Chalk, type ChalkInstance } from 'chalk';
import { describeExpectation } from '../lab.js';
import { boundsText } from './explored.js';
import type { ExecutionSize } from './format.js';
import type { Layout } from './lanes.js';
import { describeVerdict, outcomeOf, tally, type Outcome, type VariantResult } from './results.js';
import { count, fit, grouped, harmless, pad, widthOf, wrap } from './text.js';
import { shareWidths } from './widths.js';

/** Symbols that say the same as the colours. */
export const OUTCOME_MARKS: Readonly<Record<Outcome, string>> = {
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
  { title: 'variant', cell: ({ variant }) => variant, least: 10 },
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
const GAP = '  ';

/** Results of a run as a table that fits the terminal, grouped by lab. */
export function renderResultsTable(results: readonly VariantResult[], layout: Layout): string {
  const style = new Chalk({ level: layout.colour ? 1 : 0 });
  const available = layout.columns - GAP.length * (COLUMNS.length - 1);
  const long = results.map((result) => COLUMNS.map(({ cell }) => cell(result)));
  const fits = naturalWidths(long).reduce((sum, width) => sum + width, 0) <= available;
  const cells = fits ? long : results.map((result) => COLUMNS.map(({ cell, short = cell }) => short(result)));
  const wanted = naturalWidths(cells);
  const least = COLUMNS.map((column, at) => column.least ?? wanted[at]!);
  const widths = shareWidths(wanted, available, least) ?? least;
  const line = (texts: readonly string[]): string[] =>
    texts.map((text, at) => pad(text, widths[at]!, COLUMNS[at]!.align));

  const lines = [
    style.dim(
      line(COLUMNS.map(({ title }) => title))
        .join(GAP)
        .trimEnd(),
    ),
  ];
  for (const [at, result] of results.entries()) {
    if (result.lab !== results[at - 1]?.lab) lines.push(style.bold(fit(result.lab, layout.columns)));
    const [mark, ...rest] = line(cells[at]!);
    lines.push([paintOf(style, outcomeOf(result))(mark!), ...rest].join(GAP).trimEnd());
  }
  return [
    ...lines,
    ...legend(results)
      .flatMap((text) => wrap(text, layout.columns))
      .map((text) => style.dim(text)),
  ].join('\n');
}

function naturalWidths(cells: readonly (readonly string[])[]): number[] {
  return COLUMNS.map(({ title }, at) => Math.max(widthOf(title), ...cells.map((row) => widthOf(row[at]!))));
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
  if (results.some(({ verdict }) => verdict.minimal !== undefined)) {
    lines.push('minimal: workers, steps, preemptions and faults of the smallest execution found');
  }
  return lines;
}

/** `12 variants: 11 as expected, 1 not as expected`. */
export function tallyText(results: readonly VariantResult[]): string {
  const counts = tally(results);
  const parts = (Object.keys(counts) as Outcome[]).filter(
    (outcome) => counts[outcome] > 0 || outcome === 'as expected',
  );
  return `${count(results.length, 'variant')}: ${parts.map((outcome) => `${counts[outcome]} ${outcome}`).join(', ')}`;
}

/** Colour of an outcome. */
export function paintOf(style: ChalkInstance, outcome: Outcome): (text: string) => string {
  return outcome === 'as expected' ? style.green : outcome === 'unknown' ? style.yellow : style.red;
}
