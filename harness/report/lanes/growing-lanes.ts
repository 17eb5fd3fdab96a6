import { sameStep } from '../../record/compare.js';
import type { RecordedRun, RecordStep } from '../../record/format.js';
import type { Layout } from '../text/layout.js';
import { painterFor, type Painter } from '../text/painter.js';
import { presentable } from '../text/presentable.js';
import { planColumns } from './columns.js';
import { LaneTable } from './lane-table.js';
import { rowsOf } from './rows.js';

/**
 * The lane table as it grows: what an execution that should become like a record has performed so far. Laid out by
 * the record, so that the columns stay where they are.
 *
 * @internal
 */
export class GrowingLanes {
  readonly #painter: Painter;

  readonly record: RecordedRun;

  constructor(
    whole: RecordedRun,
    readonly layout: Layout,
  ) {
    this.record = presentable(whole);
    this.#painter = painterFor(layout);
  }

  /** The line above the first step, as lines. */
  heading(): string[] {
    return this.#blocks(this.record)[0]!;
  }

  /** The last of these steps, with what goes with it. @param performed - the steps so far */
  last(performed: readonly RecordStep[]): string[] {
    const { record } = this;
    const { steps } = presentable({ steps: performed });
    // What was found out about the recorded steps says nothing about others.
    const same = steps.every((step, at) => sameStep(step, record.steps[at]));
    const explanation = same ? record.explanation : undefined;
    // Why a worker stops depends on what it does next, which the record knows.
    const all = [...steps, ...record.steps.slice(steps.length)];
    return this.#blocks({ ...record, explanation, steps: all })[steps.length]!;
  }

  #blocks(run: RecordedRun): string[][] {
    const table = rowsOf(run);
    const widths = planColumns(rowsOf(this.record), this.layout.columns);
    return new LaneTable(table, widths, this.#painter).blocks(table.rows.map((row) => ({ row })));
  }
}
