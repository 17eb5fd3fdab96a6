import { isDeepStrictEqual } from 'node:util';
import { copyOf, NotDataError } from './kept-values.js';

/** Something that was recorded, and what it was then. */
interface Recorded {
  readonly what: string;
  readonly value: object;
  readonly then: unknown;
}

/**
 * What people put into the history: it keeps the very objects, which whoever has them may change later. What is composed has
 * them as they were when they were recorded.
 *
 * @internal
 */
export class RecordedValues {
  readonly #recorded: Recorded[] = [];

  /** Takes note of a value. @throws NotDataError where nobody could say whether it changes */
  add(what: string, value: unknown): void {
    if (typeof value !== 'object' || value === null) return;
    this.#recorded.push({ what, value, then: stateOf(value) });
  }

  /** One that is not any more what it was when it was recorded; undefined where all are. */
  changed(): string | undefined {
    return this.#recorded.find(({ value, then }) => !isStill(value, then))?.what;
  }
}

function isStill(value: object, then: unknown): boolean {
  try {
    return isDeepStrictEqual(stateOf(value), then);
  } catch (error) {
    if (error instanceof NotDataError) return false;
    throw error;
  }
}

/** A copy; of an error what people look at, which is kept as it is otherwise. */
function stateOf(value: object): unknown {
  if (!(value instanceof Error)) return copyOf(value);
  const { name, message, cause } = value;
  const own = Object.entries(value).map(([key, one]) => [key, stateWithin(one)]);
  return { name, message, cause: stateWithin(cause), own };
}

/** Clients hang more on their errors than data: of that it counts which one it is. */
function stateWithin(value: unknown): unknown {
  try {
    return copyOf(value);
  } catch (error) {
    if (error instanceof NotDataError) return { same: value };
    throw error;
  }
}
