/** When something was, as far as positions and operations say. */
import type { History } from '../../check/history.js';

/** The latest time at which this position may have been, in ms. @internal */
export function latestMs(history: History, position: number): number {
  const times = history.operations.flatMap(({ start, startMs, end, endMs }) => [
    ...(start >= position ? [startMs] : []),
    ...(end >= position && end !== Infinity ? [endMs] : []),
  ]);
  return Math.min(Infinity, ...times);
}

/** Where the worker crashed, by position; Infinity where it did not. @internal */
export function crashOf(history: History, worker: number): number {
  const crashed = history.ends.some((end) => end.worker === worker && end.how === 'crashed');
  const fault = history.faults.find(({ kind }) => kind === 'worker-crash');
  return crashed && fault !== undefined ? fault.start : Infinity;
}
