import type { Table } from './part.js';

/** A Markdown table whose columns line up on a terminal. */
export function renderTable({ title, rows, notes }: Table): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = [columns, ...rows.map((row) => columns.map((column) => String(row[column] ?? '')))];
  const widths = columns.map((_, at) => Math.max(3, ...cells.map((line) => line[at]!.length)));
  const numeric = columns.map((column) => rows.every((row) => typeof row[column] === 'number'));
  const line = (texts: readonly string[]): string =>
    `| ${texts.map((text, at) => (numeric[at] === true ? text.padStart(widths[at]!) : text.padEnd(widths[at]!))).join(' | ')} |`;
  const rule = widths.map(
    (width, at) => '-'.repeat(width - (numeric[at] === true ? 1 : 0)) + (numeric[at] === true ? ':' : ''),
  );
  return [`## ${title}`, '', line(columns), line(rule), ...cells.slice(1).map(line), '', ...notes, ''].join(
    '\n',
  );
}
