import type { FaultMap, FaultMapCell } from '../../record/fault-map.js';
import type { FaultKind } from '../../faults/catalogue.js';
import { fit, harmless, pad, widthOf, wrap } from '../../base/text.js';
import type { View } from '../text/layout.js';
import { painterFor, type Painter } from '../text/painter.js';
import { presentable } from '../text/presentable.js';
import {
  failureText,
  isOwnFailure,
  MAP_LEGEND,
  mapAxes,
  mapNotes,
  mapTitle,
  markOf,
} from '../text/map-texts.js';

const GAP = '  ';

/**
 * A fault map as a table: a row a fault, a column a command; below it what each column is, and what broke.
 *
 * @internal
 */
export function renderFaultMap(whole: FaultMap, view: View): string {
  const map = presentable(whole);
  const painter = painterFor(view);
  const { faults, positions } = mapAxes(map);
  const cellWidth = Math.max(2, ...positions.map(({ position }) => widthOf(position)));
  const wrapped = (text: string): string[] => wrap(text, view.columns);
  const apart = (paragraph: readonly string[]): string[] =>
    paragraph.length === 0 ? [] : ['', ...paragraph.flatMap(wrapped)];
  return [
    ...wrapped(mapTitle(map)).map((line) => painter.bold(line)),
    '',
    ...tableLines(map, faults, positions, cellWidth, view),
    ...wrapped(MAP_LEGEND),
    '',
    ...positions.map(({ position, command }) =>
      fit(`${pad(position, cellWidth)}${GAP}${harmless(command)}`, view.columns),
    ),
    ...mapNotes(map).flatMap((note) => apart([note])),
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
