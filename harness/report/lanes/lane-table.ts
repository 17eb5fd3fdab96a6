import { fit, pad, widthOf } from '../../base/text.js';
import { INDENT } from '../text/layout.js';
import type { Painter } from '../text/painter.js';
import { fitWords } from '../text/widths.js';
import { GAP, numberCell, SOURCE, TIME, valueTitle, type ColumnWidths } from './columns.js';
import type { Folded, FoldedRows } from './fold.js';
import { DONE } from './departure.js';
import type { Rows, StepRow } from './rows.js';

/** Puts rows into the planned columns. @internal */
export class LaneTable {
  constructor(
    readonly table: Rows,
    readonly widths: ColumnWidths,
    readonly painter: Painter,
  ) {}

  /** The heading, then each step with what goes with it: indented lines that belong together. */
  blocks(folded: readonly Folded[]): string[][] {
    const steps = folded.map((one) => ('row' in one ? this.#row(one.row) : [this.#folded(one)]));
    return [[this.#heading()], ...steps].map((lines) => lines.map((line) => (INDENT + line).trimEnd()));
  }

  #heading(): string {
    const { widths, table } = this;
    const names = widths.name > 0 ? ['command → reply'] : table.workers.map(table.nameOf);
    const cells = this.#line('#', TIME, 'worker', names, valueTitle(table.key), SOURCE);
    return this.painter.dim(cells.trimEnd());
  }

  #row(row: StepRow): string[] {
    const { widths, table, painter } = this;
    const { left } = row;
    const lanes = table.workers.map((worker, at) => {
      if (widths.name > 0) return '';
      if (worker === row.worker) return this.#step(row, widths.lanes[at]!);
      return worker === left?.worker ? painter.yellow(fit(left.reason, widths.lanes[at]!)) : '';
    });
    const cells = widths.name > 0 ? [this.#step(row, widths.lanes[0]!)] : lanes;
    const value = (row.changed ? painter.bold : painter.dim)(fitWords(row.value, widths.value));
    const source = painter.dim(fit(row.source, widths.source, 'end'));
    const line = this.#line(numberCell(row), row.time, table.nameOf(row.worker), cells, value, source);
    const asides = row.asides.map(({ kind, text }) =>
      this.#aside(
        row.worker,
        kind === 'fault' ? text : `· ${text}`,
        kind === 'fault' ? painter.red : painter.dim,
      ),
    );
    return [...this.#reason(row), line, ...asides];
  }

  /** Where the lane of the worker that stopped is not free to say why, that gets a line of its own. */
  #reason({ left, worker }: StepRow): string[] {
    if (left === undefined) return [];
    if (this.widths.name === 0)
      return left.worker === worker ? [this.#aside(worker, left.reason, this.painter.yellow)] : [];
    // That a worker is done shows by itself: it does not come again.
    if (left.reason.startsWith(DONE)) return [];
    return [
      this.#aside(
        worker,
        left.reason.replace(' ', ` ${this.table.nameOf(left.worker)} `),
        this.painter.yellow,
      ),
    ];
  }

  /** A line below a step: begins in the lane of its worker, further to the left when it would not fit otherwise. */
  #aside(worker: number, text: string, paint: (text: string) => string): string {
    const { total, number } = this.widths;
    const start = Math.max(number + GAP, Math.min(this.#laneStart(worker), total - widthOf(text)));
    return ' '.repeat(start) + paint(fit(text, total - start));
  }

  #laneStart(worker: number): number {
    const { number, time, name, lanes } = this.widths;
    const first = [number, time, name].reduce((sum, width) => sum + (width > 0 ? width + GAP : 0), 0);
    if (name > 0) return first;
    return lanes
      .slice(0, this.table.workers.indexOf(worker))
      .reduce((sum, width) => sum + width + GAP, first);
  }

  /** The step in its lane; when it does not fit, the reply keeps its end of the cell. */
  #step({ action, reply, step }: StepRow, width: number): string {
    const paint = step.fault === undefined ? (text: string) => text : this.painter.red;
    if (reply === '') return paint(fitWords(action, width));
    const tail = fit(reply, Math.max(Math.floor(width / 2), width - widthOf(action.join(' ')) - 1));
    return paint(`${fitWords(action, width - widthOf(tail) - 1)} ${tail}`);
  }

  #folded({ why, count, from, to }: FoldedRows): string {
    const { number, total } = this.widths;
    const text = {
      again: `⋮ steps ${from} to ${to}: the same ${count} more times`,
      more: `… ${count} more steps (${from} to ${to})`,
      unrelated: `… ${count} unrelated steps (${from} to ${to})`,
      quit: `… QUIT (${count === 1 ? `step ${from}` : `${count} steps, ${from} to ${to}`})`,
    }[why];
    return ' '.repeat(number + GAP) + this.painter.dim(fit(text, total - number - GAP));
  }

  #line(
    n: string,
    time: string,
    name: string,
    lanes: readonly string[],
    value: string,
    source: string,
  ): string {
    const { widths } = this;
    const cells = [pad(n, widths.number, 'right')];
    if (widths.time > 0) cells.push(pad(time, widths.time, 'right'));
    if (widths.name > 0) cells.push(pad(name, widths.name));
    for (const [at, width] of widths.lanes.entries()) cells.push(filled(lanes[at] ?? '', width));
    if (widths.value > 0) cells.push(filled(value, widths.value));
    if (widths.source > 0) cells.push(filled(source, widths.source));
    return cells.join(' '.repeat(GAP));
  }
}

/** Fills a cell that is already cut and may contain colours, which take no width. */
function filled(text: string, width: number): string {
  return widthOf(text) > width ? fit(text, width) : text + ' '.repeat(width - widthOf(text));
}
