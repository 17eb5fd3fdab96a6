import type { FaultMap, FaultMapCell } from '../../record/fault-map.js';
import type { FaultKind } from '../../faults/catalogue.js';
import { pad, widthOf } from '../../base/text.js';
import type { View } from '../text/layout.js';
import { painterFor, type Painter } from '../text/painter.js';
import { mapAxes, markOf } from '../text/map-texts.js';

/** A sign, and a space that tells it from the next one. */
const CELL_MIN = 2;
/** Of the name of a place that is longer than anything that the lab calls one. */
const CELL_MAX = 16;
const FAULT = 'fault';

/** Width of the column of a place. */
function columnWidth({ position }: FaultMap['positions'][number]): number {
  return Math.min(CELL_MAX, Math.max(CELL_MIN, widthOf(position)));
}

/**
 * A row a fault, a column a place, as wide as its name. Where not all places fit, those that are left follow as a table of
 * their own, with the faults that struck there. An empty line ends each.
 *
 * @param map - as `presentable` makes it
 * @internal
 */
export function gridLines(map: FaultMap, view: View): string[] {
  const { faults, positions } = mapAxes(map);
  const nameWidth = Math.max(FAULT.length, ...faults.map(widthOf));
  const cells = new Map(map.cells.map((cell) => [`${cell.position} ${cell.fault}`, cell]));
  const painter = painterFor(view);
  return blocksOf(positions, view.columns - nameWidth).flatMap((block) => {
    const row = (name: string, texts: readonly string[]): string =>
      [pad(name, nameWidth), ...texts].join(' ').trimEnd();
    const struck = faults.filter((fault) => block.some(({ position }) => cells.has(`${position} ${fault}`)));
    return [
      row(
        FAULT,
        block.map((place) => pad(place.position, columnWidth(place))),
      ),
      ...struck.map((fault) =>
        row(
          fault,
          block.map((place) => cellText(cells, fault, place, painter)),
        ),
      ),
      '',
    ];
  });
}

/** As many places together as have room side by side. */
function blocksOf(positions: FaultMap['positions'], room: number): FaultMap['positions'][] {
  const blocks: FaultMap['positions'][] = [];
  let left = 0;
  for (const place of positions) {
    const width = columnWidth(place) + 1;
    if (blocks.length === 0 || width > left) {
      blocks.push([]);
      left = room;
    }
    blocks.at(-1)!.push(place);
    left -= width;
  }
  return blocks;
}

function cellText(
  cells: ReadonlyMap<string, FaultMapCell>,
  fault: FaultKind,
  place: FaultMap['positions'][number],
  painter: Painter,
): string {
  const width = columnWidth(place);
  const cell = cells.get(`${place.position} ${fault}`);
  return cell === undefined ? pad('', width) : paintFor(cell, painter)(pad(markOf(cell), width));
}

function paintFor({ outcome }: FaultMapCell, painter: Painter): (text: string) => string {
  if (outcome === 'breaks' || outcome === 'hangs') return painter.red;
  return outcome === 'handled' ? painter.yellow : (text) => text;
}
