import { currentFlow } from '../../base/flow.js';

/** The exploration of each server that was let through last. */
const explorations = new WeakMap<object, Promise<unknown>>();

/**
 * Lets explorations of one server through one at a time: between two executions, each of them asks it and watches it.
 *
 * @param server - the same object for the same server
 * @internal
 */
export function oneExplorationAtATime<T>(server: object, body: () => Promise<T>): Promise<T> {
  // It would wait for itself; each of its executions says so.
  if (currentFlow() !== undefined) return body();
  const turn = (explorations.get(server) ?? Promise.resolve()).then(body);
  explorations.set(
    server,
    turn.catch(() => {}),
  );
  return turn;
}

/** The execution that was let through last. One for the process, like its clocks. */
let last: Promise<unknown> = Promise.resolve();

/**
 * Lets executions through one at a time, over all environments of this process: they share its clocks and, mostly,
 * one server, which each of them empties first.
 *
 * @internal
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
