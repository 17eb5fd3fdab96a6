import { defined } from '../../base/defined.js';
import type { CellOutcome, FaultMap, FaultMapCell } from '../../record/fault-map.js';
import type { RaceRecord, RecordedRun } from '../../record/format.js';
import type { RecordedHistory } from '../../record/history/format.js';
import { TOOL_NAME } from '../../record/tool.js';
import { diagnose } from '../diagnosis/diagnosis.js';
import { presentable } from '../text/presentable.js';
import { scenarioName } from '../text/run-text.js';
import { SHOW_FORMAT, type ShowJson } from './show-format.js';

/** Where something was read, and by which version. @internal */
export interface ShownFrom {
  readonly version: string;
  readonly file: string;
}

type Of<Type extends ShowJson['type']> = Extract<ShowJson, { readonly type: Type }>;
type Counts = Of<'maps'>['maps'][number]['counts'];

const NONE: Counts = { holds: 0, handled: 0, breaks: 0, hangs: 0, unknown: 0, alsoWithout: 0 };

function common({ version, file }: ShownFrom): Pick<ShowJson, 'format' | 'tool' | 'file'> {
  return { format: SHOW_FORMAT, tool: { name: TOOL_NAME, version }, file };
}

/** A record, with what a reader would have to work out. @param cell - of the fault maps that it is in @internal */
export function recordJson(
  from: ShownFrom,
  record: RaceRecord,
  replay: string,
  cell: string | undefined,
): Of<'record'> {
  return {
    ...common(from),
    type: 'record',
    name: scenarioName(record),
    diagnosis: diagnose(presentable(record)).sentence,
    ...defined({ cell }),
    replay,
    size: record.minimal,
    record,
  };
}

/** An execution of a cell at whose end nothing was wrong. @internal */
export function exampleJson(
  from: ShownFrom,
  run: RecordedRun,
  replay: string,
  { cell, outcome }: { readonly cell: string; readonly outcome: CellOutcome },
): Of<'example'> {
  const { lab, variant, file, scenario, seed, workers, faultBudget, faults, tape, steps } = run;
  return {
    ...common(from),
    type: 'example',
    name: scenarioName(run),
    cell,
    outcome,
    replay,
    run: {
      ...defined({ lab, variant, file }),
      scenario,
      seed,
      workers,
      faultBudget,
      ...defined({ faults }),
      tape,
      steps,
    },
  };
}

/** Fault maps. @param details - with the execution of every cell @internal */
export function mapsJson(from: ShownFrom, maps: readonly FaultMap[], details: boolean): Of<'maps'> {
  return {
    ...common(from),
    type: 'maps',
    maps: maps.map(({ cells, ...map }) => ({
      ...map,
      name: scenarioName(map),
      counts: countsOf(cells),
      cells: details ? cells : cells.map(withoutExecution),
    })),
  };
}

function withoutExecution(cell: FaultMapCell): Omit<FaultMapCell, 'record' | 'example'> {
  const { record: _, example: __, ...rest } = cell;
  return rest;
}

function countsOf(cells: readonly FaultMapCell[]): Counts {
  const counts = { ...NONE };
  for (const { outcome, alsoWithout } of cells) counts[alsoWithout ? 'alsoWithout' : outcome] += 1;
  return counts;
}

/** What clients saw and what the wire knows. @internal */
export function historyJson(from: ShownFrom, record: RaceRecord, history: RecordedHistory): Of<'history'> {
  const { kind, invariant } = record.verdict;
  return {
    ...common(from),
    type: 'history',
    name: scenarioName(record),
    verdict: { kind, invariant },
    history,
  };
}
