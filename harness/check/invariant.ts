import type { Redis } from 'ioredis';
import { ScenarioError } from '../base/scenario-error.js';
import { shown } from '../base/shown.js';
import type { History } from './history.js';

/**
 * What an invariant may look at once no step is left.
 *
 * @public
 */
export interface InvariantContext {
  /** A plain client on the final store; nothing is gated any more. */
  readonly redis: Redis;
  /** Operations, commands and faults, in one common order. */
  readonly history: History;
  /** Number of workers that took part. */
  readonly workers: number;
  /** Virtual time since the execution began, in ms. */
  readonly elapsedMs: number;
}

/**
 * Something that must hold at the end of every execution.
 *
 * @public
 */
export interface Invariant {
  /** Stable name; shrinking keeps to failures of the same name. */
  readonly id: string;
  /** Throws, or resolves with a `Violation`, when the invariant is broken; may say that there was nothing to look at. */
  readonly check: (context: InvariantContext) => Promise<Found | void> | Found | void;
  /** Its verdict does not depend on how long keys still live, though it looks: only on whether they have a deadline. */
  readonly timeless?: boolean;
}

/**
 * What was expected and what was found instead.
 *
 * @public
 */
export interface Violation {
  /** For people, in one line. */
  readonly expected: string;
  /** The same. */
  readonly observed: string;
  /** Position in the history from which on it was broken, where that is known: what came later did not cause it. */
  readonly at?: number;
}

/**
 * The invariant holds, but only because there was nothing that it could have found fault with: no key that it asks for,
 * no operation of that name. Where that is so in every execution, a pass would mean nothing, and the verdict is
 * `incomplete`.
 *
 * @public
 */
export interface NothingSeen {
  /** What was missing, for people, in one line. */
  readonly nothing: string;
}

/**
 * What an invariant may return.
 *
 * @public
 */
export type Found = Violation | NothingSeen;

/**
 * An invariant of your own. It must make sense with a worker missing, since shrinking leaves workers out, and it may take
 * 30 s of real time, or what is left of the exploration's. An answer of Redis that is an error, a lost connection, a timeout:
 * then it could not look, and the verdict is `error`, not `breaks`.
 *
 * @param id - what must hold, in words: it appears in verdicts, reports and `toBreak(id)`
 * @param check - throws (an assertion of any library will do) or returns a `Violation` when it does not hold, and nothing
 * where it does; `{ nothing: 'no order was placed' }` where there was nothing to look at
 * @throws ScenarioError for an id that is no text, or a check that is no function
 * @example
 * ```ts
 * import { explore, invariant, scenario } from 'redis-race-lab';
 *
 * const counted = invariant('all are counted', async ({ redis, workers }) => {
 *   const observed = await redis.get('count');
 *   if (Number(observed) !== workers) return { expected: `${workers}`, observed: `${observed}` };
 * });
 * const counting = scenario({
 *   name: 'counting',
 *   workers: async ({ redis }) => redis.set('count', Number(await redis.get('count')) + 1),
 *   invariants: [counted],
 * });
 * const verdict = await explore(counting);
 * console.log(verdict.kind, verdict.invariant); // breaks all are counted
 * ```
 * @public
 */
export function invariant(id: string, check: Invariant['check']): Invariant {
  if (typeof id !== 'string' || id === '')
    throw new ScenarioError(
      `an invariant needs a name, in words, not ${shown(id)}: invariant('all are counted', …)`,
    );
  if (typeof check !== 'function')
    throw new ScenarioError(`the invariant "${id}" needs a function that checks it, not ${shown(check)}`);
  return { id, check };
}
