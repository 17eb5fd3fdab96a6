import type { RecordedRun } from '../../record/format.js';
import { INDENT, type Layout } from '../text/layout.js';
import { painterFor } from '../text/painter.js';
import { planColumns } from './columns.js';
import { fold } from './fold.js';
import { LaneTable } from './lane-table.js';
import { rowsOf } from './rows.js';

/**
 * The lane table: a row per step, a column per worker, time downwards. With more workers than the width allows, one
 * column holds them all and another says who it was.
 *
 * @returns its lines, indented
 * @internal
 */
export function laneTable(record: RecordedRun, layout: Layout): string[] {
  const table = rowsOf(record);
  if (table.rows.length === 0) return [`${INDENT}(no step was recorded)`];
  const folded = fold(table.rows, layout.all);
  const shown = folded.flatMap((one) => ('row' in one ? [one.row] : []));
  const widths = planColumns({ ...table, rows: shown.length > 0 ? shown : table.rows }, layout.columns);
  return new LaneTable(table, widths, painterFor(layout)).blocks(folded).flat();
}
