import type { Redis } from 'ioredis';
import type { History } from './history.js';

/** What an invariant may look at once no step is left. */
export interface InvariantContext {
  /** A plain client on the final store; nothing is gated any more. */
  readonly redis: Redis;
  readonly history: History;
  /** Number of workers that took part. */
  readonly workers: number;
  /** Virtual time since the execution began, in ms. */
  readonly elapsedMs: number;
}

/** Something that must hold at the end of every execution. */
export interface Invariant {
  /** Stable name; shrinking keeps to failures of the same name. */
  readonly id: string;
  /** Throws, or resolves with a `Violation`, when the invariant is broken. */
  readonly check: (context: InvariantContext) => Promise<Violation | void> | Violation | void;
  /** Its verdict does not depend on how long keys still live, though it looks: only on whether they have a deadline. */
  readonly timeless?: boolean;
}

/** What was expected and what was found instead. */
export interface Violation {
  readonly expected: string;
  readonly observed: string;
  /** Position in the history from which on it was broken, where that is known: what came later did not cause it. */
  readonly at?: number;
}

/**
 * An invariant of your own.
 *
 * @param id - what must hold, in words: it appears in verdicts, reports and `toBreak(id)`
 * @param check - throws (an assertion of any library will do) or returns a `Violation` when it does not hold
 */
export function invariant(id: string, check: Invariant['check']): Invariant {
  return { id, check };
}
