import type { CheckedOperation } from './calls.js';
import { Frontier } from './frontier.js';
import type { Problem } from './search.js';

/**
 * An operation that could come next, and why the model refuses it there.
 *
 * @public
 */
export interface Refused {
  /** The operation. */
  readonly operation: CheckedOperation;
  /** In words. */
  readonly reason: string;
}

/**
 * Why nothing can come behind the longest order that there is. Were one of them possible, that order would be longer.
 *
 * @internal
 */
export function refusals(
  { operations, transitions }: Problem,
  order: readonly number[],
  operationAt: (at: number) => CheckedOperation,
): Refused[] {
  const frontier = new Frontier(operations);
  let state = 0;
  for (const operation of order) {
    state = transitions.next(state, operation);
    frontier.take(operation);
  }
  const refused: Refused[] = [];
  for (let next = frontier.first(); next !== -1; next = frontier.after(next))
    refused.push({ operation: operationAt(next), reason: transitions.reason(state, next) });
  return refused;
}
