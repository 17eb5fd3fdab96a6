import { harmless, widthOf } from '../../base/text.js';
import { INDENT } from '../text/layout.js';
import { shareWidths, tightWidth } from '../text/widths.js';
import type { Rows, StepRow } from './rows.js';

/** Between two columns. @internal */
export const GAP = 2;
/** A lane that had to be cut below this width says too little: then the workers share one column. */
const LANE_MIN = 18;
const VALUE_MIN = 12;
const SOURCE_MAX = 20;

/** Heading of the column with the virtual time. @internal */
export const TIME = 'time';
/** Heading of the column with the source line. @internal */
export const SOURCE = 'line';

/** Widths of the columns; 0 for a column that is left out. @internal */
export interface ColumnWidths {
  readonly number: number;
  readonly time: number;
  /** Set when the workers share one column. */
  readonly name: number;
  readonly lanes: readonly number[];
  readonly value: number;
  readonly source: number;
  readonly total: number;
}

/**
 * Decides how wide each column is. With more workers than the width allows they share one, and another column says who
 * it was.
 *
 * @param columns - width of the whole table, with its indentation
 * @internal
 */
export function planColumns({ rows, workers, nameOf, key }: Rows, columns: number): ColumnWidths {
  const widest = (texts: readonly string[]): number =>
    texts.reduce((most, text) => Math.max(most, widthOf(text)), 0);
  const total = columns - INDENT.length;
  const number = Math.max(1, widest(rows.map(numberCell)));
  const time = withTitle(TIME, widest(rows.map((row) => row.time)));
  const source = withTitle(SOURCE, Math.min(SOURCE_MAX, widest(rows.map((row) => row.source))));
  const fixed = [number, time, source]
    .filter((width) => width > 0)
    .reduce((sum, width) => sum + width + GAP, 0);
  const valuesBy = (width: WidthOfWords): number => {
    const texts = rows.reduce((most, row) => Math.max(most, width(row.value)), 0);
    return texts === 0 ? 0 : Math.max(texts, widthOf(valueTitle(key)));
  };
  const lanesBy = (width: WidthOfWords): number[] =>
    workers.map((worker) => {
      const own = rows.filter((row) => row.worker === worker).map((row) => width(stepWords(row)));
      const reasons = rows.flatMap(({ left }) => (left?.worker === worker ? [left.reason] : []));
      return own.reduce((most, one) => Math.max(most, one), widest([nameOf(worker), ...reasons]));
    });
  const value = valuesBy(wholeWidth);
  const room = total - fixed - GAP * (workers.length - 1 + (value > 0 ? 1 : 0));
  const whole = [...lanesBy(wholeWidth), value];
  // Tokens give way before anything else does, in whichever column.
  const fits = whole.reduce((sum, width) => sum + width, 0) <= room;
  const shared = shareWidths(fits ? whole : [...lanesBy(tightWidth), valuesBy(tightWidth)], room, [
    ...workers.map(() => LANE_MIN),
    VALUE_MIN,
  ]);
  if (shared !== undefined) {
    return { number, time, name: 0, lanes: shared.slice(0, -1), value: shared.at(-1)!, source, total };
  }
  const name = Math.max('worker'.length, widest(workers.map(nameOf)));
  const left = total - fixed - name - GAP - (value > 0 ? GAP : 0);
  const widestStep = rows.reduce((most, row) => Math.max(most, wholeWidth(stepWords(row))), 0);
  const [lane, narrow] = shareWidths([widestStep, value], Math.max(0, left), [0, 0])!;
  return { number, time, name, lanes: [lane!], value: narrow!, source, total };
}

/** A column that holds anything is as wide as its title. */
function withTitle(title: string, width: number): number {
  return width === 0 ? 0 : Math.max(title.length, width);
}

/** The heading of the values: the key, where all of them are of one. @internal */
export function valueTitle(key: string | undefined): string {
  return key === undefined ? 'values' : harmless(key);
}

/** The number of a step, with the mark of the critical pair in front. @internal */
export function numberCell({ mark, n }: StepRow): string {
  return mark === '' ? String(n) : `${mark} ${n}`;
}

type WidthOfWords = (words: readonly string[]) => number;

function wholeWidth(words: readonly string[]): number {
  return widthOf(words.join(' '));
}

function stepWords({ action, reply }: StepRow): string[] {
  return [...action, reply].filter((word) => word !== '');
}
