import { Chalk } from 'chalk';
import type { CellOutcome, FaultMap, FaultMapCell, MapBound } from '../explore/fault-map.js';
import { SETTLES } from '../execution/execution.js';
import type { FaultKind } from '../wire/fault.js';
import { count, fit, harmless, listed, pad, widthOf, wrap } from './text.js';

/** What a cell shows; letters carry the meaning, colour only adds to it. */
const MARKS: Readonly<Record<CellOutcome, string>> = {
  holds: '·',
  handled: 'h',
  breaks: 'B',
  hangs: 'H',
  unknown: '?',
};

/** It breaks or hangs, and would do so without a fault, with as few preemptions. */
const ALSO_WITHOUT = '=';
const LEGEND =
  'B breaks, H hangs, = fails as without a fault, h handled (the worker saw the error, nothing broke), · holds (nobody ' +
  'noticed), ? step limit';
const GAP = '  ';

export interface FaultMapView {
  readonly columns: number;
  readonly colour: boolean;
}

/** Fault maps as JSON, a line a cell: what changed between two of them is seen line by line. */
export function mapsText(maps: readonly FaultMap[]): string {
  const list = (items: readonly unknown[], indent: string): string =>
    items.length === 0
      ? '[]'
      : `[\n${items.map((item) => `${indent}  ${JSON.stringify(item)}`).join(',\n')}\n${indent}]`;
  const texts = maps.map((map) => {
    const lines = Object.entries(map).map(
      ([key, value]) =>
        `      ${JSON.stringify(key)}: ${Array.isArray(value) ? list(value, '      ') : JSON.stringify(value)}`,
    );
    return `    {\n${lines.join(',\n')}\n    }`;
  });
  return `{\n  "format": 1,\n  "maps": [\n${texts.join(',\n')}\n  ]\n}\n`;
}

/** A fault map as a table: a row a fault, a column a command; below it what each column is, and what broke. */
export function renderFaultMap(map: FaultMap, view: FaultMapView): string {
  const style = new Chalk({ level: view.colour ? 1 : 0 });
  const paint = (outcome: CellOutcome, text: string): string =>
    outcome === 'breaks' || outcome === 'hangs'
      ? style.red(text)
      : outcome === 'handled'
        ? style.yellow(text)
        : text;
  const faults = [...new Set(map.cells.map(({ fault }) => fault))];
  const positions = map.positions
    .map(({ position }) => position)
    .filter((position) => cellsAt(map, position).length > 0);
  const nameWidth = Math.max(...faults.map(widthOf), 5);
  const lines = [...wrap(title(map), view.columns).map((line) => style.bold(line)), ''];
  // As many columns as fit; the others follow below, with the names again.
  const cellWidth = Math.max(2, ...positions.map(widthOf));
  const perBlock = Math.max(1, Math.floor((view.columns - nameWidth) / (cellWidth + 1)));
  for (let from = 0; from < positions.length; from += perBlock) {
    const block = positions.slice(from, from + perBlock);
    lines.push(
      `${pad('fault', nameWidth)} ${block.map((position) => pad(position, cellWidth)).join(' ')}`.trimEnd(),
    );
    for (const fault of faults) {
      const cells = block.map((position) => {
        const cell = find(map, position, fault);
        return cell === undefined ? pad('', cellWidth) : paint(cell.outcome, pad(markOf(cell), cellWidth));
      });
      lines.push(`${pad(fault, nameWidth)} ${cells.join(' ')}`.trimEnd());
    }
    lines.push('');
  }
  lines.push(...wrap(LEGEND, view.columns), '');
  for (const { position, command } of map.positions.filter((one) => positions.includes(one.position))) {
    lines.push(fit(`${pad(position, cellWidth)}${GAP}${harmless(command)}`, view.columns));
  }
  for (const { invariant, preemptions } of map.withoutFault) {
    const what = invariant === SETTLES ? 'hangs' : `breaks "${harmless(invariant)}"`;
    lines.push(
      '',
      ...wrap(`without a fault: ${what} with ${count(preemptions, 'preemption')}`, view.columns),
    );
  }
  // A cut map does not know.
  const idle = map.complete
    ? map.bounds.flatMap((bound) => bound.faults).filter((kind) => !faults.includes(kind))
    : [];
  if (idle.length > 0)
    lines.push('', ...wrap(`never had anything to strike at: ${listed(idle)}`, view.columns));
  const broken = map.cells.filter(
    ({ outcome, alsoWithout }) => (outcome === 'breaks' || outcome === 'hangs') && !alsoWithout,
  );
  if (broken.length > 0) lines.push('', ...broken.flatMap((cell) => wrap(describe(cell), view.columns)));
  return lines.join('\n');
}

function title(map: FaultMap): string {
  const name = map.lab === undefined ? map.scenario : `${map.lab}/${map.variant}`;
  const covered = map.complete ? 'all ' : '';
  return `${name}: ${count(map.workers, 'worker')}, one fault, ${boundText(map.bounds)}, ${covered}${count(map.executions, 'execution')}`;
}

/** `at most 1 preemption`, and what it was for the others where it differs. */
function boundText([usual, others]: readonly MapBound[]): string {
  if (usual === undefined) return 'no faults';
  const first = `at most ${count(usual.preemptions, 'preemption')}${timersText(usual)}`;
  return others === undefined
    ? first
    : `${first} (unusual faults: ${count(others.preemptions, 'preemption')}${timersText(others)})`;
}

function timersText({ earlyTimers }: MapBound): string {
  return earlyTimers === 'free' ? '' : ', an early timer is one';
}

function markOf({ outcome, alsoWithout }: FaultMapCell): string {
  return alsoWithout ? ALSO_WITHOUT : MARKS[outcome];
}

function describe({ position, fault, outcome, broken, record }: FaultMapCell): string {
  const what = outcome === 'hangs' ? 'hangs' : `breaks ${broken.map((id) => `"${id}"`).join(' and ')}`;
  const observed = record === undefined ? '' : `: ${harmless(record.verdict.observed)}`;
  return `${position} ${fault} ${what}${observed}`;
}

function cellsAt(map: FaultMap, position: string): FaultMapCell[] {
  return map.cells.filter((cell) => cell.position === position);
}

function find(map: FaultMap, position: string, fault: FaultKind): FaultMapCell | undefined {
  return map.cells.find((cell) => cell.position === position && cell.fault === fault);
}
