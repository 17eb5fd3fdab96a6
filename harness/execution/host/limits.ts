import { LONGEST_DELAY_MS } from '../../clock/virtual-time.js';

/** Real time that the lab waits for what it cannot hurry. @internal */
export interface Limits {
  /** For one reply of Redis. Default: 10 s. */
  readonly replyMs: number;
  /** For I/O of a worker past the lab. Default: 2 s. */
  readonly realWorkMs: number;
  /** For one setup, and for one invariant. Default: 30 s. */
  readonly unscheduledMs: number;
  /** What each of them has although the time of the exploration is over. Default: 3 s. */
  readonly graceMs: number;
  /**
   * Processor time, not real time, that workers may take without a turn of the event loop; what blocks without taking any
   * gets ten times as long, in real time. Default: 1 s.
   */
  readonly starvedMs: number;
}

/** Somebody looks at code that stands still: what waits for it must not give up. @internal */
export const UNHURRIED: Limits = {
  replyMs: LONGEST_DELAY_MS,
  realWorkMs: LONGEST_DELAY_MS,
  unscheduledMs: LONGEST_DELAY_MS,
  graceMs: LONGEST_DELAY_MS,
  starvedMs: LONGEST_DELAY_MS,
};

/** What counts where nothing else is said. @internal */
export const DEFAULT_LIMITS: Limits = {
  replyMs: 10_000,
  realWorkMs: 2000,
  unscheduledMs: 30_000,
  graceMs: 3000,
  starvedMs: 1000,
};
