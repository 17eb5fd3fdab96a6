import { Chalk } from 'chalk';
import { DEFAULT_SEED } from '../explore/explore.js';
import { triedTogether, type CellOutcome, type FaultMap, type FaultMapCell } from '../explore/fault-map.js';
import { FAULTS } from '../wire/fault.js';
import { COLUMNS_MIN, Fields, scenarioName } from './failure.js';
import type { RecordedRun } from './format.js';
import { laneTable, type Layout } from './lanes.js';
import { fileList, rowsOf } from './rows.js';
import { count, grouped, harmless, wrap } from './text.js';

const OUTCOMES: Partial<Record<CellOutcome, string>> = {
  holds: 'nothing broke, and nobody noticed',
  handled: 'nothing broke, and the worker saw the error',
  unknown: 'nothing broke, but the step limit was reached',
};

/** `lab/variant/place/fault`: how one cell of all maps is called. */
export function cellName(map: FaultMap, { position, fault }: FaultMapCell): string {
  return `${scenarioName(map)}/${position}/${fault}`;
}

/**
 * The execution of a cell at whose end nothing was wrong, ready to be run again.
 *
 * @returns undefined where there is none: a failing cell has a record, and maps of older versions have no examples
 */
export function exampleRun(map: FaultMap, { fault, example }: FaultMapCell): RecordedRun | undefined {
  if (example === undefined) return undefined;
  const { lab, variant, scenario, workers, seed = DEFAULT_SEED } = map;
  const faults = map.bounds.flatMap(triedTogether).find((kinds) => kinds.includes(fault)) ?? [fault];
  return { lab, variant, scenario, seed, workers, faultBudget: 1, faults, ...example };
}

/** An example as people read it: which cell, what came of it, the steps, how to see it again. */
export function renderExample(
  map: FaultMap,
  cell: FaultMapCell,
  run: RecordedRun,
  { columns, colour, replay }: Layout & { readonly replay: string },
): string {
  const layout = { columns: Math.max(COLUMNS_MIN, columns), colour, all: true };
  const style = new Chalk({ level: colour ? 1 : 0 });
  const fields = new Fields(layout.columns, style);
  const command = map.positions.find(({ position }) => position === cell.position)?.command ?? '';
  const which =
    cell.executions === 1 ? 'the only execution' : `the first of ${grouped(cell.executions)} executions`;
  return [
    ...wrap(`${cellName(map, cell)}: ${OUTCOMES[cell.outcome] ?? cell.outcome}`, layout.columns).map((line) =>
      style.bold(line),
    ),
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
    fields.label('replay') + style.bold(replay),
  ].join('\n');
}
