import { add, read, union, type Footprint } from '../events/footprint.js';
import { CLOCK, isKey } from '../events/resources.js';
import type { CommandFootprints } from '../footprints/command-footprints.js';
import type { ObservedScript } from '../footprints/script-monitor.js';

/** Commands that look at which keys there are. */
const LOOKS_AT_ALL = new Set(['KEYS', 'SCAN', 'DBSIZE', 'RANDOMKEY']);

/** Which keys a database has: what changes a key may change that. */
const allKeys = (database: string): string => `keys of ${database}`;

/**
 * What a command did touch, now that it has run. A search takes a look at all keys for everything that there is; two such
 * looks may well be swapped.
 *
 * @param args - upper-case name first
 * @param touched - its footprint, as a search knows it
 * @internal
 */
export function exactly(args: readonly string[], database: string, touched: Footprint): Footprint {
  // A key that has run out is not seen any more.
  if (LOOKS_AT_ALL.has(args[0]!.toUpperCase())) return [read(allKeys(database)), read(CLOCK)];
  if (touched === 'everything') return touched;
  const changed = touched.filter(({ resource, mode }) => isKey(resource) && mode !== 'read');
  return union(
    touched,
    changed.map(({ resource }) => add(allKeys(resource.slice(0, resource.indexOf(':'))))),
  );
}

/** What a script did touch: not what it declared, but what its commands did. @internal */
export function scriptTouched({ inner }: ObservedScript, commands: CommandFootprints): Footprint {
  const parts = inner.map(({ args, database }) => exactly(args, database, commands.of(args, database)));
  return union(...parts, inner.length === 0 ? [] : [read(CLOCK)]);
}
