/** What is nested deeper, or holds more, is not kept. */
const DEPTH_MAX = 8;
const ENTRIES_MAX = 1000;

/** A value that is more than data: nobody can say of two such that they are equal. @internal */
export class NotDataError extends Error {
  override readonly name = 'NotDataError';
}

/**
 * Copies data, so that nobody who gets it can change what is kept. Errors stay the same ones.
 *
 * @throws NotDataError for functions, symbols, instances of classes and what has more than entries, and for what is too much
 * @internal
 */
export function copyOf(value: unknown, depth = 0): unknown {
  if (typeof value === 'function' || typeof value === 'symbol') throw new NotDataError();
  if (typeof value !== 'object' || value === null || value instanceof Error) return value;
  if (depth >= DEPTH_MAX) throw new NotDataError();
  if (Buffer.isBuffer(value)) return Buffer.from(value);
  if (value instanceof Date) return new Date(value);
  const prototype: unknown = Object.getPrototypeOf(value);
  const isPlain = prototype === null || prototype === Object.prototype || prototype === Array.prototype;
  if (!isPlain || !isWhole(value)) throw new NotDataError();
  if (Array.isArray(value)) return value.map((one) => copyOf(one, depth + 1));
  const copy = Object.create(prototype) as Record<string, unknown>;
  for (const [key, one] of Object.entries(value)) copy[key] = copyOf(one, depth + 1);
  return copy;
}

/** Would a copy of its entries be all of it? */
function isWhole(value: object): boolean {
  const keys = Object.keys(value);
  const all = Reflect.ownKeys(value).length;
  return keys.length <= ENTRIES_MAX && all === (Array.isArray(value) ? value.length + 1 : keys.length);
}
