import { MAPS_FORMAT, type FaultMap } from './fault-map.js';
import type { RaceRecord } from './format.js';

/** A record as it stands in its file: stable, and readable in a diff. @internal */
export function recordText(record: RaceRecord): string {
  return `${JSON.stringify(record, undefined, 2)}\n`;
}

/**
 * Fault maps as they stand in their file, a line a cell: what changed between two of them is seen line by line.
 *
 * @internal
 */
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
  return `{\n  "format": ${MAPS_FORMAT},\n  "maps": [\n${texts.join(',\n')}\n  ]\n}\n`;
}
