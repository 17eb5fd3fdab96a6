import { shown } from '../../base/shown.js';

/**
 * A value as text: the same for values that are alike, whatever the order of properties, members of a set or entries.
 *
 * @param loose - as Redis keeps them: 1 and `'1'` are alike, and so are null and undefined
 * @internal
 */
export function keyOf(value: unknown, loose: boolean): string {
  if (value === null || value === undefined) return loose ? 'null' : String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number' || typeof value === 'bigint')
    return loose ? JSON.stringify(String(value)) : `${typeof value} ${Object.is(value, -0) ? '-0' : value}`;
  if (typeof value !== 'object') return shown(value);
  if (Buffer.isBuffer(value))
    return loose ? JSON.stringify(value.toString()) : `bytes ${value.toString('hex')}`;
  const inner = (one: unknown): string => keyOf(one, loose);
  if (Array.isArray(value)) return `[${value.map(inner).join()}]`;
  if (value instanceof Set) return `set [${Array.from(value, inner).sort().join()}]`;
  if (value instanceof Date) return `date ${value.getTime()}`;
  const entries: readonly (readonly [unknown, unknown])[] =
    value instanceof Map ? [...value] : Object.entries(value).filter(([, one]) => one !== undefined);
  const texts = entries.map(([name, one]) => `${inner(name)}:${inner(one)}`).sort();
  return `${value instanceof Map ? 'map ' : ''}{${texts.join()}}`;
}

/** Are they the same, as Redis keeps them? @internal */
export function alike(a: unknown, b: unknown): boolean {
  return a === b || keyOf(a, true) === keyOf(b, true);
}
