import { wrap } from '../../base/text.js';
import type { FaultMap } from '../../record/fault-map.js';
import { renderFaultMap } from '../../report/maps/fault-map-table.js';
import { renderMapsOverview } from '../../report/maps/maps-overview.js';
import type { CliContext } from '../context/context.js';
import { CELL } from '../actions/cell.js';

/**
 * Prints fault maps: one as a table; of several an overview, unless the tables of all are asked for.
 *
 * @param details - all tables, each with what was seen in every failing cell
 * @internal
 */
export function showMaps({ out }: CliContext, maps: readonly FaultMap[], details: boolean): void {
  const { columns, colour } = out;
  const say = (text: string): void => out.write(`${wrap(text, columns).join('\n')}\n`);
  if (maps.length > 1 && !details) {
    out.write(`${renderMapsOverview(maps, { columns, colour })}\n\n`);
    say('one of these: show FILE --map [LAB/]VARIANT; the tables of all: --details');
    return;
  }
  for (const map of maps) out.write(`${renderFaultMap(map, { columns, colour, details })}\n\n`);
  say(`one execution of these: show FILE --cell ${CELL}`);
}
