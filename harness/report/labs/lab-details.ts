import { fit, harmless, pad, widthOf, wrap } from '../../base/text.js';
import type { Exercise } from '../../scenario/lesson/exercise.js';
import { describeExpectation, type Lab } from '../../scenario/lab.js';
import type { View } from '../text/layout.js';
import { painterFor, type Painter } from '../text/painter.js';

const GAP = '  ';
/** A column of prose that is narrower breaks after every other word. */
const PROSE_MIN = 36;

/** A variant or a measurement: its name, what is expected of it, and what it shows. */
type Row = readonly [name: string, expected: string, shows: string];

/**
 * Labs with their variants, what is expected of each, what it shows, and what is to be done: a row each where there is
 * room for three columns, else what it shows stands below its name. Ends with a line break.
 *
 * @internal
 */
export function renderLabs(labs: readonly Lab[], view: View): string {
  const { columns } = view;
  const painter = painterFor(view);
  const labRows = labs.map(rowsOf);
  const widths = tableWidths(labRows.flat(), columns);
  const lines = labs.flatMap(({ id, title, exercise }, at) => [
    '',
    ...headLines(harmless(id), harmless(title), columns, painter),
    ...labRows[at]!.flatMap((row) =>
      widths === undefined ? stacked(row, columns, painter) : tabled(row, widths, painter),
    ),
    ...(exercise === undefined ? [] : taskLines(exercise, columns)),
  ]);
  return `${lines.slice(1).join('\n')}\n`;
}

/** Name, what is expected, and what it shows, of every variant and measurement. */
function rowsOf({ variants, measurements = [] }: Lab): Row[] {
  return [
    ...variants.map(({ name, expect, title }): Row => [name, describeExpectation(expect), title]),
    ...measurements.map(({ name, title }): Row => [name, 'measured', title]),
  ].map(([name, expected, shows]) => [harmless(name), harmless(expected), harmless(shows)]);
}

/** The id of a lab and its title, which goes on below where it is long. */
function headLines(id: string, title: string, columns: number, painter: Painter): string[] {
  const name = fit(id, columns);
  const room = columns - widthOf(name) - GAP.length;
  const [first, ...more] = room < Math.min(PROSE_MIN / 2, widthOf(title)) ? ['', title] : wrap(title, room);
  const rest = more.flatMap((line) => wrap(line, columns - 2 * GAP.length));
  return [
    `${painter.bold(name)}${first === '' ? '' : GAP + first!}`,
    ...rest.map((line) => `${GAP}${GAP}${line}`),
  ];
}

/** Widths of the three columns; undefined where there is too little room to read the last one. */
function tableWidths(rows: readonly Row[], columns: number): readonly number[] | undefined {
  const [name, expected, shows] = [0, 1, 2].map((at) => Math.max(0, ...rows.map((row) => widthOf(row[at]!))));
  const room = columns - name! - expected! - 3 * GAP.length;
  return room < Math.min(PROSE_MIN, shows!) ? undefined : [name!, expected!, room];
}

function tabled([name, expected, shows]: Row, widths: readonly number[], painter: Painter): string[] {
  const left = `${GAP}${pad(name, widths[0]!)}${GAP}${pad(expected, widths[1]!)}${GAP}`;
  return wrap(shows, widths[2]!).map((line, at) =>
    `${at === 0 ? left : ' '.repeat(widthOf(left))}${painter.dim(line)}`.trimEnd(),
  );
}

function stacked([name, expected, shows]: Row, columns: number, painter: Painter): string[] {
  const inner = GAP.repeat(3);
  const isOneLine = widthOf(name) + widthOf(expected) + 2 * GAP.length <= columns;
  return [
    fit(`${GAP}${name}${isOneLine ? GAP + expected : ''}`, columns),
    ...(isOneLine ? [] : wrap(expected, columns - inner.length).map((line) => inner + line)),
    ...wrap(shows.trim(), columns - inner.length).map((line) => inner + painter.dim(line)),
  ];
}

function taskLines({ task }: Exercise, columns: number): string[] {
  const lead = `${GAP}exercise: `;
  return wrap(harmless(task), columns - lead.length).map(
    (line, at) => (at === 0 ? lead : ' '.repeat(lead.length)) + line,
  );
}
