import type { Operation } from '../harness/check/happened.js';
import type { History } from '../harness/check/history.js';
import { outcomeOf } from '../harness/check/outcome.js';

/**
 * Records an operation of a worker that runs without the lab: there are no steps, so places in the history count as such, and
 * time is real.
 */
export async function recorded<T>(
  history: History,
  what: Pick<Operation, 'worker' | 'name' | 'input'>,
  body: () => Promise<T>,
): Promise<T> {
  const start = history.tick();
  const operation: Operation = {
    ...what,
    start,
    startStep: start,
    startMs: performance.now(),
    end: Infinity,
    endStep: Infinity,
    endMs: Infinity,
    outcome: 'pending',
  };
  history.operations.push(operation);
  try {
    const value = await body();
    operation.outcome = 'ok';
    operation.value = value;
    return value;
  } catch (error) {
    operation.outcome = outcomeOf(error);
    operation.error = error instanceof Error ? error : new Error(String(error));
    throw error;
  } finally {
    operation.end = history.tick();
    operation.endStep = operation.end;
    operation.endMs = performance.now();
  }
}
