import type { FaultMap, FaultMapCell } from '../../record/fault-map.js';
import { scenarioName } from '../../report/text/run-text.js';
import type { RaceRecord, RecordedRun } from '../../record/format.js';
import { cellName } from '../../report/print/map-cells.js';
import { exampleRun } from '../../explore/maps/example-run.js';
import { isMaps, readFindings } from '../../record/read.js';
import { listed } from '../../base/text.js';
import { UsageError } from '../context/errors.js';
import { hint } from '../arguments/nearest.js';

/** How a cell is asked for. @internal */
export const CELL = '[[LAB/]VARIANT/]PLACE/FAULT';

/** What a file holds, as far as it was asked for. @internal */
export type Chosen =
  | { readonly kind: 'record'; readonly record: RaceRecord; readonly cell: string | undefined }
  | {
      readonly kind: 'example';
      readonly run: RecordedRun;
      readonly map: FaultMap;
      readonly at: FaultMapCell;
      readonly cell: string;
    }
  | { readonly kind: 'maps'; readonly maps: readonly FaultMap[] };

/**
 * Reads a record, or a file of fault maps, and takes one cell out of it.
 *
 * @param wanted - `VARIANT/PLACE/FAULT`, with the lab in front where the variant alone is not enough
 * @param wantedMap - `VARIANT` or `LAB/VARIANT`: only this map
 * @throws RecordError for a file that cannot be read, UsageError with the nearest names for a cell or a map that does not exist
 * @internal
 */
export async function choose(file: string, wanted: string | undefined, wantedMap?: string): Promise<Chosen> {
  const found = await readFindings(file);
  if (!isMaps(found)) {
    if (wanted === undefined && wantedMap === undefined)
      return { kind: 'record', record: found, cell: undefined };
    const option = wantedMap === undefined ? '--cell' : '--map';
    throw new UsageError(`${file} is one record, not a file of fault maps: leave out ${option}`);
  }
  const maps = wantedMap === undefined ? found : [findMap(file, found, wantedMap)];
  if (wanted === undefined) return { kind: 'maps', maps };
  const { map, at } = findCell(file, maps, wanted);
  const cell = cellName(map, at);
  if (at.record !== undefined) return { kind: 'record', record: at.record, cell };
  const run = exampleRun(map, at);
  if (run !== undefined) return { kind: 'example', run, map, at, cell };
  throw new UsageError(`${cell} has no example in ${file}: make the map anew with this version`);
}

function findCell(
  file: string,
  maps: readonly FaultMap[],
  wanted: string,
): { map: FaultMap; at: FaultMapCell } {
  const parts = wanted.split('/');
  const fault = parts.pop()!;
  const place = parts.pop();
  if (place === undefined) throw new UsageError(`"${wanted}" is no cell: write ${CELL}`);
  const map = findMap(file, maps, parts.join('/'));
  const name = scenarioName(map);
  const here = map.cells.filter(({ position }) => position === place);
  if (here.length === 0) {
    const places = map.positions.filter((one) => map.cells.some((cell) => cell.position === one.position));
    const known = places.map(({ position, command }) => `${position} (${command})`);
    throw new UsageError(`in ${name} no fault struck at a place "${place}": there are ${listed(known)}`);
  }
  const at = here.find((cell) => cell.fault === fault);
  if (at !== undefined) return { map, at };
  const faults = here.map((cell) => cell.fault);
  const names = hint(fault, faults) || `: there were ${listed(faults)}`;
  throw new UsageError(`in ${name} no fault "${fault}" struck at ${place}${names}`);
}

/** The map that is meant by `VARIANT`, by `LAB/VARIANT`, or by nothing where there is only one. */
function findMap(file: string, maps: readonly FaultMap[], wanted: string): FaultMap {
  const names = maps.map(scenarioName);
  const variants = maps.map((map) => map.variant ?? map.scenario);
  const found = maps.filter(
    ({ lab, variant }, at) =>
      wanted === '' || [names[at], variants[at], `${lab}/${variant}`].includes(wanted),
  );
  if (found.length === 1) return found[0]!;
  if (found.length > 1) {
    const which = wanted === '' ? variants : found.map(scenarioName);
    throw new UsageError(`${file} holds several maps, say which one: ${listed(which)}`);
  }
  const near = hint(wanted.split('/').at(-1)!, variants) || `: it holds ${listed(variants)}`;
  throw new UsageError(`${file} holds no map of "${wanted}"${near}`);
}
