import { Chalk, type ChalkInstance } from 'chalk';
import { sameStep } from '../explore/compare.js';
import { fold, type Folded, type FoldedRows } from './fold.js';
import type { RecordedRun, RecordStep } from './format.js';
import { DONE, rowsOf, type Rows, type StepRow } from './rows.js';
import { fit, harmless, pad, widthOf } from './text.js';
import { shareWidths } from './widths.js';

/** How text is laid out for a reader. */
export interface Layout {
  /** Columns available. */
  readonly columns: number;
  readonly colour: boolean;
  /** Also the steps that are not causally before the failure. */
  readonly all?: boolean;
}

const GAP = 2;
/** A lane that had to be cut below this width says too little: then the workers share one column. */
const LANE_MIN = 18;
const VALUE_MIN = 12;
/** A word is not cut further than this. */
const WORD_MIN = 5;
const SOURCE_MAX = 20;
const INDENT = '  ';
const TIME = 'time';
const SOURCE = 'line';

/**
 * The lane table: a row per step, a column per worker, time downwards. With more workers than the width allows, one
 * column holds them all and another says who it was.
 */
export function laneTable(record: RecordedRun, layout: Layout): string[] {
  return laneBlocks(record, layout).flat();
}

/** The lane table in pieces that belong together: the heading, then each step with what goes with it. */
export function laneBlocks(record: RecordedRun, { columns, colour, all }: Layout): string[][] {
  const table = rowsOf(record);
  if (table.rows.length === 0) return [[`${INDENT}(no step was recorded)`]];
  const folded = fold(table.rows, all);
  const shown = folded.flatMap((one) => ('row' in one ? [one.row] : []));
  const plan = planColumns(
    { ...table, rows: shown.length > 0 ? shown : table.rows },
    columns - INDENT.length,
  );
  const style = new Chalk({ level: colour ? 1 : 0 });
  const blocks = new LaneTable(table, plan, style).blocks(folded);
  return blocks.map((lines) => lines.map((line) => (INDENT + line).trimEnd()));
}

/**
 * The lane table as it grows: what an execution that should become like a record has performed so far. Laid out by
 * the record, so that the columns stay where they are.
 */
export class GrowingLanes {
  readonly #style: ChalkInstance;

  constructor(
    readonly record: RecordedRun,
    readonly layout: Layout,
  ) {
    this.#style = new Chalk({ level: layout.colour ? 1 : 0 });
  }

  heading(): string[] {
    return this.#blocks(this.record)[0]!;
  }

  /** The last of these steps. */
  last(steps: readonly RecordStep[]): string[] {
    const { record } = this;
    // What was found out about the recorded steps says nothing about others.
    const same = steps.every((step, at) => sameStep(step, record.steps[at]));
    const explanation = same ? record.explanation : undefined;
    // Why a worker stops depends on what it does next, which the record knows.
    const all = [...steps, ...record.steps.slice(steps.length)];
    return this.#blocks({ ...record, explanation, steps: all })[steps.length]!;
  }

  #blocks(run: RecordedRun): string[][] {
    const table = rowsOf(run);
    const plan = planColumns(rowsOf(this.record), this.layout.columns - INDENT.length);
    const blocks = new LaneTable(table, plan, this.#style).blocks(table.rows.map((row) => ({ row })));
    return blocks.map((lines) => lines.map((line) => (INDENT + line).trimEnd()));
  }
}

/** Widths of the columns; 0 for a column that is left out. */
interface Plan {
  readonly number: number;
  readonly time: number;
  /** Set when the workers share one column. */
  readonly name: number;
  readonly lanes: readonly number[];
  readonly value: number;
  readonly source: number;
  readonly total: number;
}

function planColumns({ rows, workers, nameOf, key }: Rows, total: number): Plan {
  const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map(widthOf));
  const number = Math.max(1, widest(rows.map(numberCell)));
  const time = withTitle(TIME, widest(rows.map((row) => row.time)));
  const source = withTitle(SOURCE, Math.min(SOURCE_MAX, widest(rows.map((row) => row.source))));
  const valueTexts = rows.map((row) => row.value.join(' '));
  const value = widest(valueTexts) === 0 ? 0 : widest([...valueTexts, valueTitle(key)]);
  const fixed = [number, time, source]
    .filter((width) => width > 0)
    .reduce((sum, width) => sum + width + GAP, 0);

  const lanes = workers.map((worker) => {
    const own = rows.filter((row) => row.worker === worker).map(stepCell);
    const reasons = rows.flatMap(({ left }) => (left?.worker === worker ? [left.reason] : []));
    return widest([nameOf(worker), ...own, ...reasons]);
  });
  const gaps = GAP * (lanes.length - 1 + (value > 0 ? 1 : 0));
  const shared = shareWidths([...lanes, value], total - fixed - gaps, [
    ...lanes.map(() => LANE_MIN),
    VALUE_MIN,
  ]);
  if (shared !== undefined) {
    return { number, time, name: 0, lanes: shared.slice(0, -1), value: shared.at(-1)!, source, total };
  }
  const name = Math.max('worker'.length, widest(workers.map(nameOf)));
  const room = total - fixed - name - GAP - (value > 0 ? GAP : 0);
  const [lane, narrow] = shareWidths([widest(rows.map(stepCell)), value], Math.max(0, room), [0, 0])!;
  return { number, time, name, lanes: [lane!], value: narrow!, source, total };
}

/** A column that holds anything is as wide as its title. */
function withTitle(title: string, width: number): number {
  return width === 0 ? 0 : Math.max(title.length, width);
}

function valueTitle(key: string | undefined): string {
  return key === undefined ? 'values' : harmless(key);
}

/** The number of a step, with the mark of the critical pair in front. */
function numberCell({ mark, n }: StepRow): string {
  return mark === '' ? String(n) : `${mark} ${n}`;
}

function stepCell({ action, reply }: StepRow): string {
  return [...action, reply].filter((word) => word !== '').join(' ');
}

/** Words on one line; when they do not fit, the longest are cut first, so that short ones stay readable. */
export function fitWords(words: readonly string[], width: number): string {
  const wanted = words.map(widthOf);
  const shared = shareWidths(
    wanted,
    width - (words.length - 1),
    words.map(() => WORD_MIN),
  );
  return fit(words.map((word, at) => fit(word, shared?.[at] ?? wanted[at]!)).join(' '), width);
}

/** Puts rows into the planned columns. */
class LaneTable {
  constructor(
    readonly table: Rows,
    readonly plan: Plan,
    readonly style: ChalkInstance,
  ) {}

  blocks(folded: readonly Folded[]): string[][] {
    const steps = folded.map((one) => ('row' in one ? this.#row(one.row) : [this.#folded(one)]));
    return [[this.#heading()], ...steps];
  }

  #heading(): string {
    const { plan, table } = this;
    const names = plan.name > 0 ? ['command → reply'] : table.workers.map(table.nameOf);
    const cells = this.#line('#', TIME, 'worker', names, valueTitle(table.key), SOURCE);
    return this.style.dim(cells.trimEnd());
  }

  #row(row: StepRow): string[] {
    const { plan, table, style } = this;
    const { left } = row;
    const lanes = table.workers.map((worker, at) => {
      if (plan.name > 0) return '';
      if (worker === row.worker) return this.#step(row, plan.lanes[at]!);
      return worker === left?.worker ? style.yellow(fit(left.reason, plan.lanes[at]!)) : '';
    });
    const cells = plan.name > 0 ? [this.#step(row, plan.lanes[0]!)] : lanes;
    const value = (row.changed ? style.bold : style.dim)(fitWords(row.value, plan.value));
    const source = style.dim(fit(row.source, plan.source, 'end'));
    const line = this.#line(numberCell(row), row.time, table.nameOf(row.worker), cells, value, source);
    const asides = row.asides.map(({ kind, text }) =>
      this.#aside(
        row.worker,
        kind === 'fault' ? text : `· ${text}`,
        kind === 'fault' ? style.red : style.dim,
      ),
    );
    return [...this.#reason(row), line, ...asides];
  }

  /** Where the lane of the worker that stopped is not free to say why, that gets a line of its own. */
  #reason({ left, worker }: StepRow): string[] {
    if (left === undefined) return [];
    if (this.plan.name === 0)
      return left.worker === worker ? [this.#aside(worker, left.reason, this.style.yellow)] : [];
    // That a worker is done shows by itself: it does not come again.
    if (left.reason.startsWith(DONE)) return [];
    return [
      this.#aside(worker, left.reason.replace(' ', ` ${this.table.nameOf(left.worker)} `), this.style.yellow),
    ];
  }

  /** A line below a step: begins in the lane of its worker, further to the left when it would not fit otherwise. */
  #aside(worker: number, text: string, paint: (text: string) => string): string {
    const { total, number } = this.plan;
    const start = Math.max(number + GAP, Math.min(this.#laneStart(worker), total - widthOf(text)));
    return ' '.repeat(start) + paint(fit(text, total - start));
  }

  #laneStart(worker: number): number {
    const { number, time, name, lanes } = this.plan;
    const first = [number, time, name].reduce((sum, width) => sum + (width > 0 ? width + GAP : 0), 0);
    if (name > 0) return first;
    return lanes
      .slice(0, this.table.workers.indexOf(worker))
      .reduce((sum, width) => sum + width + GAP, first);
  }

  /** The step in its lane; when it does not fit, the reply keeps its end of the cell. */
  #step({ action, reply, step }: StepRow, width: number): string {
    const paint = step.fault === undefined ? (text: string) => text : this.style.red;
    if (reply === '') return paint(fitWords(action, width));
    const tail = fit(reply, Math.max(Math.floor(width / 2), width - widthOf(action.join(' ')) - 1));
    return paint(`${fitWords(action, width - widthOf(tail) - 1)} ${tail}`);
  }

  #folded({ why, count, from, to }: FoldedRows): string {
    const { number, total } = this.plan;
    const text =
      why === 'again'
        ? `⋮ steps ${from} to ${to}: the same ${count} more times`
        : `… ${count} unrelated steps (${from} to ${to})`;
    return ' '.repeat(number + GAP) + this.style.dim(fit(text, total - number - GAP));
  }

  #line(
    n: string,
    time: string,
    name: string,
    lanes: readonly string[],
    value: string,
    source: string,
  ): string {
    const { plan } = this;
    const cells = [pad(n, plan.number, 'right')];
    if (plan.time > 0) cells.push(pad(time, plan.time, 'right'));
    if (plan.name > 0) cells.push(pad(name, plan.name));
    for (const [at, width] of plan.lanes.entries()) cells.push(filled(lanes[at] ?? '', width));
    if (plan.value > 0) cells.push(filled(value, plan.value));
    if (plan.source > 0) cells.push(filled(source, plan.source));
    return cells.join(' '.repeat(GAP));
  }
}

/** Fills a cell that is already cut and may contain colours, which take no width. */
function filled(text: string, width: number): string {
  return widthOf(text) > width ? fit(text, width) : text + ' '.repeat(width - widthOf(text));
}
