import { currentFlow } from '../flow.js';

let last: Promise<unknown> = Promise.resolve();

/**
 * Lets executions through one at a time, over all environments of this process: they share its clocks and, mostly,
 * one server, which each of them empties first.
 */
export function oneAtATime<T>(body: () => Promise<T>): Promise<T> {
  if (currentFlow() !== undefined) {
    // It would wait for itself.
    return Promise.reject(
      new Error('an execution cannot begin inside of another one: not in a worker, setup or invariant'),
    );
  }
  const turn = last.then(body);
  last = turn.catch(() => {});
  return turn;
}
