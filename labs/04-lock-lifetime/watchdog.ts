import type { WorkerContext } from '../../harness/index.js';
import type { Extend } from './lock.js';

/** A timer that makes the lease longer while the work goes on. */
export interface Watchdog {
  /** No extension is begun any more. Resolves when the one that is under way is over. */
  readonly stop: () => Promise<unknown>;
}

/** Extends once, after `afterMs`: one that never stops keeps the lock of a worker that hangs for ever. */
export function startWatchdog(
  { operation }: Pick<WorkerContext, 'operation'>,
  extend: () => ReturnType<Extend>,
  afterMs: number,
): Watchdog {
  let underWay: Promise<unknown> | undefined;
  const timer = setTimeout(() => {
    underWay = operation('extend', extend);
  }, afterMs);
  return {
    stop: async () => {
      clearTimeout(timer);
      await underWay;
    },
  };
}
