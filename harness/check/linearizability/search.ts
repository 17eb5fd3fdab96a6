/**
 * Is there an order of the operations, in keeping with which of them came after which had ended, that the model can follow?
 * The search of Wing and Gong (Testing and verifying concurrent objects, 1993): take an operation that may come next and that
 * the model takes, go on, and go back where none is left. With Lowe's memory (Testing for linearizability, 2017): what follows
 * depends only on which operations have come and on the state, so no such pair is gone into twice. Linked lists as in
 * Porcupine (Athalye), which checks keys apart from each other, as shown sound by Horn and Kroening (2015).
 *
 * It deviates in what it does with operations of which nobody knows whether they happened. It is over once all others have
 * come, and does not force those in. One that changes nothing is never taken. And of several that are the same the one that
 * began first comes first: exchanging two of them changes neither the states nor what comes after what.
 */
import { Configurations } from './configurations.js';
import { Frontier, type Placed } from './frontier.js';
import { REFUSED, type Transitions } from './transitions.js';

/** What is searched. @internal */
export interface Problem {
  readonly operations: readonly Placed[];
  readonly transitions: Transitions;
  /** For each operation the one before it in its list that is the same and unknown as well, or -1. */
  readonly twins: readonly number[];
}

/** What a search came to. @internal */
export interface Searched {
  /** `unknown`: it was given up. */
  readonly kind: 'ok' | 'illegal' | 'unknown';
  /** The operations in an order that the model follows; the longest one that there is, where not all find a place. */
  readonly order: readonly number[];
  /** Steps that it took: operations that were tried somewhere. */
  readonly steps: number;
}

/** Searches. @param stepsMax - steps after which it is given up @internal */
export function search({ operations, transitions, twins }: Problem, stepsMax: number): Searched {
  const frontier = new Frontier(operations);
  const seen = new Configurations(operations.length);
  const isCertain = (operation: number): boolean => operations[operation]!.end !== Infinity;
  const order: number[] = [];
  const before: number[] = [];
  let left = operations.filter(({ end }) => end !== Infinity).length;
  let best: { left: number; order: readonly number[] } = { left, order: [] };
  let steps = 0;
  let state = 0;
  let operation = frontier.first();
  while (left > 0) {
    if (operation === -1) {
      // The longest is looked for only where the search turns round: nothing longer came of it.
      if (left < best.left || (left === best.left && order.length > best.order.length))
        best = { left, order: [...order] };
      const last = order.pop();
      if (last === undefined) return { kind: 'illegal', order: best.order, steps };
      frontier.putBack(last);
      seen.toggle(last);
      if (isCertain(last)) left += 1;
      state = before.pop()!;
      operation = frontier.after(last);
      continue;
    }
    if (steps >= stepsMax || seen.full) return { kind: 'unknown', order: best.order, steps };
    steps += 1;
    const to = nextState(operation);
    if (to === REFUSED || !isNew(operation, to)) {
      operation = frontier.after(operation);
      continue;
    }
    order.push(operation);
    before.push(state);
    frontier.take(operation);
    if (isCertain(operation)) left -= 1;
    state = to;
    operation = frontier.first();
  }
  return { kind: 'ok', order, steps };

  function nextState(tried: number): number {
    if (isCertain(tried)) return transitions.next(state, tried);
    const twin = twins[tried]!;
    if (twin !== -1 && !seen.has(twin)) return REFUSED;
    const to = transitions.next(state, tried);
    return to === state ? REFUSED : to;
  }

  function isNew(taken: number, to: number): boolean {
    seen.toggle(taken);
    if (seen.add(to)) return true;
    seen.toggle(taken);
    return false;
  }
}
