import { outcomeOf, type FaultSpan, type History, type Operation } from './history.js';

/** Operations that a worker lost although nothing was wrong any more. */
export interface LostOperations {
  readonly worker: number;
  /** In order of their start, all begun after the fault. */
  readonly lost: readonly Pick<Operation, 'name' | 'error'>[];
  /** The fault that was over last. */
  readonly fault: FaultSpan;
}

/** The fault that was over last; undefined without one, or while one lasts. */
export function lastFault({ faults }: History): FaultSpan | undefined {
  let last: FaultSpan | undefined;
  for (const fault of faults) if (last === undefined || fault.end >= last.end) last = fault;
  return last?.end === Infinity ? undefined : last;
}

/**
 * Operations that failed after the last fault, although their worker had `within` others to find its feet.
 *
 * @param name - only operations of this name count; default: all
 * @returns for the first worker of which that is true
 */
export function failedAfterFault(
  history: History,
  within: number,
  name: string | undefined,
): LostOperations | undefined {
  const fault = lastFault(history);
  if (fault === undefined) return undefined;
  const begun = history.operations.filter(
    (operation) => operation.start > fault.end && (name === undefined || operation.name === name),
  );
  for (const worker of workersOf(begun)) {
    const own = begun.filter((operation) => operation.worker === worker);
    const lost = own.slice(within).filter(hasFailed);
    if (lost.length > 0) return { worker, lost, fault };
  }
  return undefined;
}

/**
 * Operations that a worker lost one after the other until the end, to a connection that nothing was wrong with: more
 * than `within` of them. Errors that the server or the application itself gave do not count.
 */
export function lostForGood(history: History, within: number): LostOperations | undefined {
  const fault = lastFault(history);
  if (fault === undefined) return undefined;
  const begun = history.operations.filter(
    (operation) => operation.start > fault.end && operation.outcome !== 'pending',
  );
  for (const worker of workersOf(begun)) {
    const own = begun.filter((operation) => operation.worker === worker);
    const alive = own.findLastIndex(
      ({ outcome, error }) => outcome === 'ok' || outcomeOf(error) !== 'unknown',
    );
    const lost = own.slice(alive + 1);
    if (lost.length > within) return { worker, lost, fault };
  }
  return undefined;
}

/** `w1 lost 4 operations, the last one "read" with Error: …`, for people. */
export function describeLost({ worker, lost, fault }: LostOperations): string {
  const last = lost.at(-1)!;
  const count = lost.length === 1 ? 'an operation' : `${lost.length} operations`;
  const error = last.error === undefined ? 'an error' : `${last.error.name}: ${last.error.message}`;
  return `w${worker} lost ${count} after ${fault.kind} was over, the last one, "${last.name}", with ${error}`;
}

function hasFailed({ outcome }: Operation): boolean {
  return outcome === 'failed' || outcome === 'unknown';
}

function workersOf(operations: readonly Operation[]): number[] {
  return [...new Set(operations.map(({ worker }) => worker))].sort((a, b) => a - b);
}
