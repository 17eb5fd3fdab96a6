/** One fault map as the page shows it: a grid, and an execution for each of its cells. */
import { harmless } from '../../base/text.js';
import { exampleRun } from '../../explore/maps/example-run.js';
import { FAULTS } from '../../faults/catalogue.js';
import type { FaultMap, FaultMapCell } from '../../record/fault-map.js';
import type { RecordedRun } from '../../record/format.js';
import { diagnose } from '../diagnosis/diagnosis.js';
import { wrongFacts, type Fact } from '../print/facts.js';
import { cellName } from '../print/map-cells.js';
import {
  failureText,
  isOwnFailure,
  MAP_LEGEND,
  mapAxes,
  mapNotes,
  mapTitle,
  markOf,
  outcomeText,
} from '../text/map-texts.js';
import { placeOf } from '../text/recorded-step.js';
import { presentable } from '../text/presentable.js';
import { scenarioName } from '../text/run-text.js';
import type { RecordView } from './record-view.js';
import { runView } from './run-view.js';

/** Steps of the execution of one cell: what is longer shows its end. */
const CELL_STEPS_MAX = 200;

/** A cell of the grid. */
interface CellView {
  readonly mark: string;
  /** How it is coloured; the mark says the same. */
  readonly tone: FaultMapCell['outcome'] | 'also-without';
  /** What the mark stands for, in full. */
  readonly text: string;
  /** It has an execution to be looked at. */
  readonly opens: boolean;
}

/** A command at which faults struck. */
interface PositionView {
  readonly position: string;
  readonly command: string;
  readonly source: readonly [path: string, line: number] | null;
}

/** A map on the page. @internal */
export interface MapView {
  readonly lab: string;
  readonly variant: string;
  readonly title: string;
  readonly legend: string;
  readonly notes: readonly string[];
  readonly positions: readonly PositionView[];
  readonly faults: readonly { readonly name: string; readonly summary: string }[];
  /** A row a fault, a cell a position; null where the fault could not strike. */
  readonly rows: readonly (readonly (CellView | null)[])[];
}

/** A map and how a cell of it is run again. @internal */
export interface PageMap {
  readonly map: FaultMap;
  /** The line that does. @param cell - its name */
  readonly replayLine: (cell: string) => string;
}

/** @internal */
export function mapView(whole: FaultMap): MapView {
  const map = presentable(whole);
  const { faults, positions } = mapAxes(map);
  const cells = new Map(map.cells.map((cell) => [keyOf(cell), cell]));
  return {
    lab: harmless(map.lab ?? ''),
    variant: harmless(map.variant ?? map.scenario),
    title: harmless(mapTitle(map)),
    legend: MAP_LEGEND,
    notes: mapNotes(map),
    positions: positions.map(({ position, command }) => ({
      position: harmless(position),
      command: harmless(command),
      source: sourceAt(map, position),
    })),
    faults: faults.map((name) => ({ name, summary: FAULTS[name].summary })),
    rows: faults.map((fault) =>
      positions.map(({ position }) => {
        const cell = cells.get(keyOf({ fault, position }));
        return cell === undefined ? null : cellView(cell);
      }),
    ),
  };
}

function keyOf({ fault, position }: Pick<FaultMapCell, 'fault' | 'position'>): string {
  return `${position} ${fault}`;
}

function cellView(cell: FaultMapCell): CellView {
  const failed = cell.outcome === 'breaks' || cell.outcome === 'hangs';
  const what = failed ? failureText(cell) : `${cell.position} ${cell.fault} ${outcomeText(cell)}`;
  return {
    mark: markOf(cell),
    tone: failed && !isOwnFailure(cell) ? 'also-without' : cell.outcome,
    text: harmless(failed && cell.alsoWithout ? `${what} (as without a fault)` : what),
    opens: (cell.record ?? cell.example) !== undefined,
  };
}

/** Where in the code of a worker a position is, as far as an execution with a fault there says. */
function sourceAt({ cells }: FaultMap, position: string): PositionView['source'] {
  for (const { position: at, fault, record, example } of cells) {
    if (at !== position) continue;
    const struck = (record ?? example)?.steps.find(
      (step) => step.fault === fault && step.source !== undefined,
    );
    const { file, line } = placeOf(struck?.source ?? '');
    if (line !== '') return [file, Number(line)];
  }
  return null;
}

/** The executions of a map by `position fault`, each as a record is shown. @internal */
export function cellViews({ map, replayLine }: PageMap): Record<string, RecordView> {
  const entries = map.cells.flatMap((cell): [string, RecordView][] => {
    const run = cell.record ?? exampleRun(map, cell);
    return run === undefined ? [] : [[keyOf(cell), cellRunView(map, cell, run, replayLine)]];
  });
  return Object.fromEntries(entries);
}

function cellRunView(
  map: FaultMap,
  cell: FaultMapCell,
  whole: RecordedRun,
  replayLine: PageMap['replayLine'],
): RecordView {
  const { steps } = whole;
  const run = presentable({ ...whole, steps: steps.slice(-CELL_STEPS_MAX) });
  const record = cell.record && presentable(cell.record);
  const name = cellName(map, cell);
  const view = runView(run);
  const command = map.positions.find(({ position }) => position === cell.position)?.command ?? '';
  const place: Fact[] = [
    { name: 'place', text: harmless(`${cell.position}, ${command}`) },
    { name: 'fault', text: FAULTS[cell.fault].summary },
  ];
  const sign = cell.outcome === 'unknown' ? '?' : '✓';
  return {
    ...view,
    cut: steps.length - run.steps.length,
    name: harmless(name),
    sentence: record === undefined ? `${sign} ${outcomeText(cell)}` : `✗ ${diagnose(record).sentence}`,
    facts: [
      ...(record === undefined
        ? [{ name: 'scenario', text: harmless(scenarioName(map)) }]
        : wrongFacts(record)),
      ...place,
    ],
    pair: null,
    swapped: null,
    original: null,
    terminal: '',
    history: null,
    replay: harmless(replayLine(name)),
  };
}
