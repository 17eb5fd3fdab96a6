import type { FaultMap, FaultMapCell } from '../../record/fault-map.js';
import { count, widthOf, wrap } from '../../base/text.js';
import { INDENT, type View } from '../text/layout.js';
import { failureText, isOwnFailure } from '../text/map-texts.js';

/** What somebody does to read what was seen in each of them. */
const MORE = '(--details: what was seen in each)';

/**
 * What broke because of a fault, each with the faults that broke it and where: the short form, which grows with what is
 * wrong and not with how often.
 *
 * @param map - as `presentable` makes it
 * @internal
 */
export function failureGroups(map: FaultMap, { columns }: View): string[] {
  const own = map.cells.filter(isOwnFailure);
  const groups = new Map<string, FaultMapCell[]>();
  for (const cell of own)
    for (const what of cell.outcome === 'hangs' ? ['hangs'] : cell.broken.map((id) => `breaks "${id}"`))
      groups.set(what, [...(groups.get(what) ?? []), cell]);
  if (own.length === 0) return [];
  return [
    ...[...groups].flatMap(([what, cells]) => [
      ...wrap(`${what}: ${count(cells.length, 'cell')}`, columns),
      ...placeLines(map, cells, columns),
    ]),
    ...wrap(MORE, columns),
  ];
}

/** The places of a group in the order of the columns, each with its faults. */
function placeLines(map: FaultMap, cells: readonly FaultMapCell[], columns: number): string[] {
  return map.positions.flatMap(({ position }) => {
    const faults = cells.filter((cell) => cell.position === position).map(({ fault }) => fault);
    if (faults.length === 0) return [];
    return hanging(`${position}: `, faults.join(', '), columns);
  });
}

/** A text behind what it is about, and below it where there is more. */
function hanging(lead: string, text: string, columns: number): string[] {
  const inner = INDENT.length + Math.min(widthOf(lead), Math.floor(columns / 3));
  const lines = wrap(`${lead}${text}`, columns - INDENT.length);
  if (lines.length === 1) return [INDENT + lines[0]!];
  const [first, ...rest] = lines as [string, ...string[]];
  return [INDENT + first, ...wrap(rest.join(' '), columns - inner).map((line) => ' '.repeat(inner) + line)];
}

/** What broke because of a fault, cell by cell, with what was seen. @param map - as `presentable` makes it @internal */
export function failureDetails(map: FaultMap, { columns }: View): string[] {
  return map.cells.filter(isOwnFailure).flatMap((cell) => {
    const [first = '', ...rest] = wrap(failureText(cell), columns);
    return [first, ...wrap(rest.join(' '), columns - INDENT.length).map((line) => INDENT + line)].filter(
      (line) => line.trim() !== '',
    );
  });
}
