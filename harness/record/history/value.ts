import { clipped } from '../../base/text.js';
import { shown } from '../../base/shown.js';

/** Characters of one text. */
const TEXT_MAX = 2000;
/** Values of one input or output, on all levels. */
const VALUES_MAX = 200;
const DEPTH_MAX = 8;

/**
 * An input or output as a record keeps it: what JSON can say is as it is; anything else, and what is too large, is
 * `{ "text": … }`, as Node shows it.
 *
 * @returns undefined for undefined
 * @internal
 */
export function recordValue(value: unknown): unknown {
  if (value === undefined) return undefined;
  try {
    // A copy: whoever returned it may change it later.
    if (isPlain(value, DEPTH_MAX, { left: VALUES_MAX })) return JSON.parse(JSON.stringify(value)) as unknown;
  } catch {
    // A getter of somebody's own may throw.
  }
  return { text: clipped(shown(value), TEXT_MAX) };
}

/** Does JSON say all of it, within the limits? @param room - values that may still come */
function isPlain(value: unknown, depth: number, room: { left: number }): boolean {
  room.left -= 1;
  if (room.left < 0) return false;
  if (value === null || typeof value === 'boolean') return true;
  if (typeof value === 'string') return value.length <= TEXT_MAX;
  // Of -0 JSON makes 0.
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0);
  if (typeof value !== 'object' || depth === 0) return false;
  if (Array.isArray(value)) return value.every((item: unknown) => isPlain(item, depth - 1, room));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  return Object.entries(value).every(
    // The name of a prototype is none of a property once it is read again.
    ([name, item]) => name !== '__proto__' && name.length <= TEXT_MAX && isPlain(item, depth - 1, room),
  );
}
