import { count, fit, harmless, pad, widthOf, wrap } from '../../base/text.js';
import type { Expectation, Lab } from '../../scenario/lab.js';
import { isFileId } from '../../scenario/names.js';
import type { View } from '../text/layout.js';
import { painterFor } from '../text/painter.js';

const GAP = '  ';
const INDENT = GAP.repeat(2);
/** Columns for a title that still say something. */
const TITLE_MIN = 16;

/** What is counted, and under which word. A column of nothing but zeros is left out. */
const COUNTED: readonly (readonly [title: string, of: (lab: Lab) => number])[] = [
  ['hold', expecting('holds')],
  ['break', expecting('breaks')],
  ['hang', expecting('hangs')],
  ['measured', ({ measurements = [] }) => measurements.length],
];

function expecting(kind: Expectation['kind']): (lab: Lab) => number {
  return ({ variants }) => variants.filter(({ expect }) => expect.kind === kind).length;
}

/** A lab a row: how many of its variants are expected to do what, and what it is about. Ends with a line break. @internal */
export function renderLabOverview(labs: readonly Lab[], view: View): string {
  const { columns } = view;
  const painter = painterFor(view);
  const counted = COUNTED.filter(([, of]) => labs.some((lab) => of(lab) > 0));
  const cells = labs.map((lab) => counted.map(([, of]) => (of(lab) === 0 ? '' : String(of(lab)))));
  const numbers = counted.map(([title], at) =>
    Math.max(title.length, ...cells.map((row) => row[at]!.length)),
  );
  const names = Math.max('lab'.length, ...labs.map(({ id }) => widthOf(harmless(id))));
  const table = names + numbers.reduce((sum, width) => sum + width + GAP.length, 0);
  const titles = Math.max(0, ...labs.map(({ title }) => widthOf(harmless(title))));
  const room = columns - table - GAP.length;
  const isBeside = room >= Math.min(TITLE_MIN, titles);
  const row = (name: string, values: readonly string[]): string =>
    [pad(name, names), ...values.map((value, at) => pad(value, numbers[at]!, 'right'))].join(GAP);
  const linesOf = ({ id, title }: Lab, at: number): string[] => {
    const name = harmless(id);
    const shows = wrap(harmless(title), isBeside ? room : columns - INDENT.length);
    const left = row(name, cells[at]!);
    if (isBeside)
      return shows.map((line, nth) =>
        `${nth === 0 ? left : ' '.repeat(table)}${GAP}${painter.dim(line)}`.trimEnd(),
      );
    const below = shows.map((line) => INDENT + painter.dim(line));
    if (table <= columns) return [left.trimEnd(), ...below];
    // Nobody can copy a name that was cut.
    const said = counted.flatMap(([word], nth) =>
      cells[at]![nth] === '' ? [] : [`${cells[at]![nth]} ${word}`],
    );
    return [
      fit(name, columns),
      ...wrap(said.join(', '), columns - INDENT.length).map((line) => INDENT + line),
      ...below,
    ];
  };
  const words = counted.map(([word]) => word);
  const head = isBeside ? `${row('lab', words)}${GAP}about` : row('lab', words).trimEnd();
  return [
    ...(table <= columns ? [painter.dim(head)] : []),
    ...labs.flatMap(linesOf),
    '',
    ...wrap(totalText(labs), columns),
    '',
  ].join('\n');
}

function totalText(labs: readonly Lab[]): string {
  const files = labs.filter(({ id }) => isFileId(id)).length;
  const variants = labs.reduce((sum, lab) => sum + lab.variants.length, 0);
  return [
    ...(files === 0 ? [] : [count(files, 'race file')]),
    ...(files === labs.length && files > 0 ? [] : [count(labs.length - files, 'lab')]),
    count(variants, files === labs.length && files > 0 ? 'scenario' : 'variant'),
  ].join(', ');
}
