import type { FaultMap, FaultMapCell } from '../../record/fault-map.js';
import { count, fit, pad, widthOf, wrap } from '../../base/text.js';
import { INDENT, type View } from '../text/layout.js';
import { MAP_LEGEND, markOf } from '../text/map-texts.js';
import { painterFor } from '../text/painter.js';
import { presentable } from '../text/presentable.js';

const GAP = '  ';
const NAME = 'map';
/** In the order in which the legend explains them. */
const MARKS = ['B', 'H', '=', 'h', '·', '?'];

/**
 * Fault maps, a row each, below the lab that they are of: how many cells have which sign, and whether every execution within the
 * bounds was tried. Where the names leave no room, the numbers stand below them.
 *
 * @internal
 */
export function renderMapsOverview(whole: readonly FaultMap[], view: View): string {
  const maps = whole.map(presentable);
  const { columns } = view;
  const painter = painterFor(view);
  const counts = maps.map(({ cells }) => MARKS.map((mark) => String(counted(cells, mark))));
  const widths = MARKS.map((_, at) => Math.max(2, ...counts.map((row) => row[at]!.length)));
  const names = maps.map(
    ({ lab, variant, scenario }) => `${lab === undefined ? '' : INDENT}${variant ?? scenario}`,
  );
  const wanted = Math.max(NAME.length, ...names.map(widthOf));
  const isBeside = wanted + widths.reduce((sum, width) => sum + GAP.length + width, 0) <= columns;
  const row = (name: string, texts: readonly string[]): string => {
    const numbers = texts.map((text, at) => GAP + pad(text === '0' ? '' : text, widths[at]!, 'right'));
    return fit((pad(name, isBeside ? wanted : INDENT.length) + numbers.join('')).trimEnd(), columns);
  };
  const linesOf = ({ lab }: FaultMap, at: number): string[] => [
    ...(lab === undefined || lab === maps[at - 1]?.lab
      ? []
      : wrap(lab, columns).map((line) => painter.bold(line))),
    ...(isBeside ? [] : wrap(names[at]!.trimStart(), columns - INDENT.length).map((line) => INDENT + line)),
    row(isBeside ? names[at]! : '', counts[at]!),
  ];
  return [
    painter.dim(row(isBeside ? NAME : '', MARKS)),
    ...maps.flatMap(linesOf),
    '',
    ...wrap(MAP_LEGEND, columns),
    '',
    ...wrap(totalText(maps), columns),
  ].join('\n');
}

function totalText(maps: readonly FaultMap[]): string {
  const executions = maps.reduce((sum, map) => sum + map.executions, 0);
  const total = `${count(maps.length, 'fault map')}, ${count(executions, 'execution')}`;
  const partial = maps.filter(({ complete }) => !complete).length;
  return partial === 0
    ? `${total}: all within their bounds`
    : `${total}; ${partial} ended before their bounds`;
}

function counted(cells: readonly FaultMapCell[], mark: string): number {
  return cells.filter((cell) => markOf(cell) === mark).length;
}
