import { fit, harmless, pad, widthOf, wrap } from '../../base/text.js';
import type { Exercise } from '../../scenario/lesson/exercise.js';
import { describeExpectation, type Lab } from '../../scenario/lab.js';
import type { View } from '../text/layout.js';
import { painterFor } from '../text/painter.js';
import { shareWidths } from '../text/widths.js';

const GAP = '  ';
/** Columns for an expectation and for a title that still say something. */
const EXPECTED_MIN = 8;
const TITLE_MIN = 10;

/** Labs with their variants, what is expected of each, what it shows, and what is to be done. Ends with a line break. @internal */
export function renderLabs(labs: readonly Lab[], view: View): string {
  const { columns } = view;
  const painter = painterFor(view);
  const labRows = labs.map(rowsOf);
  const rows = labRows.flat();
  const wanted = [0, 1, 2].map((at) => Math.max(0, ...rows.map((row) => widthOf(row[at]!))));
  // The names are what one needs to copy, so they are cut last.
  const least = [wanted[0]!, EXPECTED_MIN, TITLE_MIN];
  const widths = shareWidths(wanted, columns - 3 * GAP.length, least) ?? least;
  const linesOf = (row: readonly string[]): string[] => {
    const [name, expected] = row.map((text, at) => pad(text, widths[at]!));
    return wrap(row[2]!, widths[2]!).map((shows, at) => {
      const left =
        at === 0 ? `${GAP}${name}${GAP}${expected}` : GAP.repeat(2) + ' '.repeat(widths[0]! + widths[1]!);
      return `${left}${GAP}${painter.dim(shows)}`.trimEnd();
    });
  };
  const lines = labs.flatMap(({ id, title, exercise }, at) => [
    '',
    fit(`${painter.bold(harmless(id))}${GAP}${harmless(title)}`, columns),
    ...labRows[at]!.flatMap(linesOf),
    ...(exercise === undefined ? [] : taskLines(exercise, columns)),
  ]);
  return `${lines.slice(1).join('\n')}\n`;
}

/** Name, what is expected, and what it shows, of every variant and measurement. */
function rowsOf({ variants, measurements = [] }: Lab): string[][] {
  return [
    ...variants.map(({ name, expect, title }) => [name, describeExpectation(expect), title]),
    ...measurements.map(({ name, title }) => [name, 'measured', title]),
  ].map((row) => row.map(harmless));
}

function taskLines({ task }: Exercise, columns: number): string[] {
  const lead = `${GAP}exercise: `;
  return wrap(harmless(task), columns - lead.length).map(
    (line, at) => (at === 0 ? lead : ' '.repeat(lead.length)) + line,
  );
}
