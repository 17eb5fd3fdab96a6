import type { FaultSpan, Operation } from './happened.js';
import type { History } from './history.js';
import { outcomeOf } from './outcome.js';

/** Operations that a worker lost although nothing was wrong any more. @internal */
export interface LostOperations {
  /** 1-based worker. */
  readonly worker: number;
  /** In order of their start, all begun after the fault. */
  readonly lost: readonly Pick<Operation, 'name' | 'error'>[];
  /** The fault that was over last. */
  readonly fault: FaultSpan;
}

/** The fault that was over last; undefined without one, or while one lasts. @internal */
export function lastFault({ faults }: History): FaultSpan | undefined {
  let last: FaultSpan | undefined;
  for (const fault of faults) if (last === undefined || fault.end >= last.end) last = fault;
  return last?.end === Infinity ? undefined : last;
}

/** Did any worker begin an operation after the last fault was over? @param name - undefined: of any name @internal */
export function beginsAfterFault(history: History, name: string | undefined): boolean {
  const fault = lastFault(history);
  return fault !== undefined && begunAfter(history, fault, name).length > 0;
}

function begunAfter(history: History, fault: FaultSpan, name: string | undefined): Operation[] {
  return history.operations.filter(
    (operation) => operation.start > fault.end && (name === undefined || operation.name === name),
  );
}

/**
 * Operations that failed although they were begun after the last fault was over, and were not among the first `within`
 * that their worker began then.
 *
 * @param name - only operations of this name count; undefined: all
 * @returns those of the first worker that has any; undefined when none has
 * @internal
 */
export function failedAfterFault(
  history: History,
  within: number,
  name: string | undefined,
): LostOperations | undefined {
  const fault = lastFault(history);
  if (fault === undefined) return undefined;
  const begun = begunAfter(history, fault, name);
  for (const worker of workersOf(begun)) {
    const own = begun.filter((operation) => operation.worker === worker);
    const lost = own.slice(within).filter(hasFailed);
    if (lost.length > 0) return { worker, lost, fault };
  }
  return undefined;
}

/**
 * Operations that a worker lost one after the other until the end, to a connection that nothing was wrong with any more:
 * more than `within` of them. Errors that the server or the application itself gave do not count.
 *
 * @returns those of the first worker that has so many; undefined when none has
 * @internal
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

/** `w1 lost 4 operations, the last one "read" with Error: …`, for people. @internal */
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
