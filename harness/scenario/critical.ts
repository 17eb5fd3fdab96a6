import type { CriticalSection, WorkerContext } from './types.js';

/** Name of a critical section that was given none. */
const UNNAMED = 'critical section';

/** A critical section is an operation with a name that may be left out. @internal */
export function criticalSection(operation: WorkerContext['operation']): CriticalSection {
  return <T>(...given: readonly [() => Promise<T>] | readonly [string, () => Promise<T>]): Promise<T> =>
    given.length === 1 ? operation(UNNAMED, given[0]) : operation(given[0], given[1]);
}
