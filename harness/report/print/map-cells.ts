import type { FaultMap, FaultMapCell } from '../../record/fault-map.js';
import { FAULTS } from '../../faults/catalogue.js';
import { Fields } from './fields.js';
import { outcomeText } from '../text/map-texts.js';
import { scenarioName } from '../text/run-text.js';
import type { RecordedRun } from '../../record/format.js';
import { laneTable } from '../lanes/lanes.js';
import { COLUMNS_MIN, type Layout } from '../text/layout.js';
import { rowsOf } from '../lanes/rows.js';
import { fileList } from '../lanes/source-files.js';
import { count, grouped, harmless, wrap } from '../../base/text.js';
import { painterFor } from '../text/painter.js';
import { presentable } from '../text/presentable.js';

/** `lab/variant/place/fault`: how one cell of all maps is called. @internal */
export function cellName(map: FaultMap, { position, fault }: FaultMapCell): string {
  return `${scenarioName(map)}/${position}/${fault}`;
}

/**
 * An example as people read it: which cell, what came of it, the steps, how to see it again.
 *
 * @param run - the execution of the cell, as `exampleRun` makes it
 * @internal
 */
export function renderExample(
  wholeMap: FaultMap,
  wholeCell: FaultMapCell,
  wholeRun: RecordedRun,
  { columns, colour, replay }: Layout & { readonly replay: string },
): string {
  const [map, cell, run] = [presentable(wholeMap), presentable(wholeCell), presentable(wholeRun)];
  const layout = { columns: Math.max(COLUMNS_MIN, columns), colour, all: true };
  const painter = painterFor({ colour });
  const fields = new Fields(layout.columns, painter);
  const command = map.positions.find(({ position }) => position === cell.position)?.command ?? '';
  const which =
    cell.executions === 1 ? 'the only execution' : `the first of ${grouped(cell.executions)} executions`;
  return [
    ...wrap(`${cellName(map, cell)}: ${outcomeText(cell)}`, layout.columns).map((line) => painter.bold(line)),
    '',
    ...fields.line('place', harmless(`${cell.position}, ${command}`)),
    ...fields.line('fault', FAULTS[cell.fault].summary),
    '',
    ...laneTable(run, layout),
    '',
    ...fileList(rowsOf(run)).flatMap((file, at) => fields.line(at === 0 ? 'code' : '', file)),
    ...fields.line('shown', `${which} with this fault here`),
    ...fields.line('with', `${count(run.workers, 'worker')} and 1 fault offered, seed ${run.seed}`),
    // Never broken: it is there to be copied.
    fields.label('replay') + painter.bold(replay),
  ].join('\n');
}
