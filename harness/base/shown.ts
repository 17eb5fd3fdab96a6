import { inspect } from 'node:util';
import { clipped } from './text.js';

/** Enough to recognise a value. */
const LENGTH_MAX = 500;

/** A value in one line, for messages. @internal */
export function shown(value: unknown): string {
  // What Node shows of one depends on who looks.
  if (value instanceof Promise) return 'a promise';
  return clipped(inspect(value, { depth: 5, breakLength: Infinity }), LENGTH_MAX);
}

/** A text as it is, and any other value as `shown` has it. @internal */
export function asText(value: unknown): string {
  return typeof value === 'string' ? value : shown(value);
}
