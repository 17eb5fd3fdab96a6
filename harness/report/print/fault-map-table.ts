import type { CellOutcome, FaultMap, FaultMapCell, MapBound } from '../../record/fault-map.js';
import { SETTLES } from '../../execution/judge/built-in.js';
import type { FaultKind } from '../../faults/catalogue.js';
import { count, fit, harmless, listed, pad, widthOf, wrap } from '../../base/text.js';
import type { View } from '../text/layout.js';
import { painterFor, type Painter } from '../text/painter.js';
import { presentable } from '../text/presentable.js';
import { scenarioName } from '../text/run-text.js';

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

/**
 * A fault map as a table: a row a fault, a column a command; below it what each column is, and what broke.
 *
 * @internal
 */
export function renderFaultMap(whole: FaultMap, view: View): string {
  const map = presentable(whole);
  const painter = painterFor(view);
  const faults = [...new Set(map.cells.map(({ fault }) => fault))];
  const struck = new Set(map.cells.map(({ position }) => position));
  const positions = map.positions.filter(({ position }) => struck.has(position));
  const cellWidth = Math.max(2, ...positions.map(({ position }) => widthOf(position)));
  const wrapped = (text: string): string[] => wrap(text, view.columns);
  const apart = (paragraph: readonly string[]): string[] =>
    paragraph.length === 0 ? [] : ['', ...paragraph.flatMap(wrapped)];
  return [
    ...wrapped(title(map)).map((line) => painter.bold(line)),
    '',
    ...tableLines(map, faults, positions, cellWidth, view),
    ...wrapped(LEGEND),
    '',
    ...positions.map(({ position, command }) =>
      fit(`${pad(position, cellWidth)}${GAP}${harmless(command)}`, view.columns),
    ),
    ...map.withoutFault.flatMap((broken) => apart([withoutFaultText(broken)])),
    ...apart(idleTexts(map, faults)),
    ...apart(map.cells.filter(isOwnFailure).map(failureText)),
  ].join('\n');
}

/** As many columns as fit; the others follow below, with the names again. */
function tableLines(
  map: FaultMap,
  faults: readonly FaultKind[],
  positions: FaultMap['positions'],
  cellWidth: number,
  view: View,
): string[] {
  const painter = painterFor(view);
  const nameWidth = Math.max(...faults.map(widthOf), 5);
  const perBlock = Math.max(1, Math.floor((view.columns - nameWidth) / (cellWidth + 1)));
  const line = (name: string, cells: readonly string[]): string =>
    `${pad(name, nameWidth)} ${cells.join(' ')}`.trimEnd();
  const lines: string[] = [];
  for (let from = 0; from < positions.length; from += perBlock) {
    const block = positions.slice(from, from + perBlock).map(({ position }) => position);
    lines.push(
      line(
        'fault',
        block.map((position) => pad(position, cellWidth)),
      ),
    );
    for (const fault of faults) {
      const cells = block.map((position) => {
        const cell = map.cells.find((one) => one.position === position && one.fault === fault);
        return cell === undefined
          ? pad('', cellWidth)
          : paintFor(cell, painter)(pad(markOf(cell), cellWidth));
      });
      lines.push(line(fault, cells));
    }
    lines.push('');
  }
  return lines;
}

function paintFor({ outcome }: FaultMapCell, painter: Painter): (text: string) => string {
  if (outcome === 'breaks' || outcome === 'hangs') return painter.red;
  return outcome === 'handled' ? painter.yellow : (text) => text;
}

function withoutFaultText({ invariant, preemptions }: FaultMap['withoutFault'][number]): string {
  const what = invariant === SETTLES ? 'hangs' : `breaks "${harmless(invariant)}"`;
  return `without a fault: ${what} with ${count(preemptions, 'preemption')}`;
}

/** Faults of the bounds that struck nowhere, in one text; a map that was cut does not know. */
function idleTexts({ complete, bounds }: FaultMap, struck: readonly FaultKind[]): string[] {
  if (!complete) return [];
  const idle = bounds.flatMap(({ faults }) => faults).filter((kind) => !struck.includes(kind));
  return idle.length === 0 ? [] : [`never had anything to strike at: ${listed(idle)}`];
}

/** Does this cell fail because of its fault? */
function isOwnFailure({ outcome, alsoWithout }: FaultMapCell): boolean {
  return (outcome === 'breaks' || outcome === 'hangs') && !alsoWithout;
}

function title(map: FaultMap): string {
  const covered = map.complete ? 'all ' : '';
  return `${scenarioName(map)}: ${count(map.workers, 'worker')}, one fault, ${boundText(map.bounds)}, ${covered}${count(map.executions, 'execution')}`;
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

function failureText({ position, fault, outcome, broken, record }: FaultMapCell): string {
  const what = outcome === 'hangs' ? 'hangs' : `breaks ${broken.map((id) => `"${id}"`).join(' and ')}`;
  const observed = record === undefined ? '' : `: ${harmless(record.verdict.observed)}`;
  return `${position} ${fault} ${what}${observed}`;
}
