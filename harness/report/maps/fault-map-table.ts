import type { FaultMap } from '../../record/fault-map.js';
import { fit, harmless, pad, widthOf, wrap } from '../../base/text.js';
import type { View } from '../text/layout.js';
import { painterFor } from '../text/painter.js';
import { presentable } from '../text/presentable.js';
import { MAP_LEGEND, mapAxes, mapNotes, mapTitle } from '../text/map-texts.js';
import { failureDetails, failureGroups } from './map-failures.js';
import { gridLines } from './map-grid.js';

const GAP = '  ';

/** How a map is shown. @internal */
export interface MapView extends View {
  /** What was seen in each failing cell, and not only what broke where. Default: false. */
  readonly details?: boolean;
}

/**
 * A fault map as a table: a row a fault, a column a command; below it what each column is, and what broke.
 *
 * @internal
 */
export function renderFaultMap(whole: FaultMap, view: MapView): string {
  const map = presentable(whole);
  const painter = painterFor(view);
  const { positions } = mapAxes(map);
  const widest = Math.max(2, ...positions.map(({ position }) => widthOf(position)));
  const nameWidth = Math.min(widest, Math.floor(view.columns / 2));
  const wrapped = (text: string): string[] => wrap(text, view.columns);
  const apart = (lines: readonly string[]): string[] => (lines.length === 0 ? [] : ['', ...lines]);
  return [
    ...wrapped(mapTitle(map)).map((line) => painter.bold(line)),
    '',
    ...gridLines(map, view),
    ...wrapped(MAP_LEGEND),
    '',
    ...positions.map(({ position, command }) =>
      fit(`${pad(position, nameWidth)}${GAP}${harmless(command)}`, view.columns),
    ),
    ...mapNotes(map).flatMap((note) => apart(wrapped(note))),
    ...apart(view.details === true ? failureDetails(map, view) : failureGroups(map, view)),
  ].join('\n');
}
