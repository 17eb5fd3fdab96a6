/** What every limiter promises, seen by what is asked of it and answered. */
import type { Operation } from '../../check/happened.js';
import { invariant, type Found, type Invariant } from '../../check/invariant.js';
import { admissionLimit } from '../../check/operations/admission.js';
import type { SuiteLimiter } from '../adapters/suite-adapter.js';
import { crashOf, latestMs } from './moments.js';

/** Name of the operation of whoever asks to be admitted. @internal */
export const HIT = 'hit';

/** No more are admitted than it allows. @internal */
export function notTooMany({ limit, windowMs, window }: SuiteLimiter): Invariant {
  // Windows that begin at certain times of the day: two of them touch in any one of that length.
  return window === 'aligned'
    ? admissionLimit({ limit: 2 * limit, windowMs, window: 'sliding', operation: HIT })
    : admissionLimit({ limit, windowMs, window, operation: HIT });
}

/**
 * Who is refused is refused since enough others asked: as many as may be admitted, not longer ago than a window lasts.
 *
 * @internal
 */
export function refusedForAReason({ limit, windowMs }: SuiteLimiter): Invariant {
  return invariant('nobody is refused for nothing', ({ history }): Found | undefined => {
    const asked = history.named(HIT);
    const endedMs = (one: Operation): number =>
      one.end === Infinity ? latestMs(history, crashOf(history, one.worker)) : one.endMs;
    for (const one of asked) {
      if (one.outcome !== 'ok' || one.value !== false) continue;
      const others = asked.filter(
        (other) => other !== one && other.start < one.end && endedMs(other) + windowMs >= one.startMs,
      );
      if (others.length >= limit) continue;
      return {
        expected: `w${one.worker} is admitted at ${one.startMs} ms: of ${limit} in ${windowMs} ms at most ${others.length} asked before`,
        observed: 'it was refused',
        at: one.end,
      };
    }
    return asked.length > 0 ? undefined : { nothing: 'nobody asked' };
  });
}

/** Whoever asks gets an answer. @param admitted - and that is yes @internal */
export function everyHitAnswered(admitted: boolean): Invariant {
  const id = admitted ? 'everybody is admitted' : 'everybody gets an answer';
  return invariant(id, ({ history }): Found | undefined => {
    const asked = history.named(HIT);
    const lost = asked.find(
      ({ outcome, value }) =>
        outcome === 'failed' || outcome === 'unknown' || (admitted && outcome === 'ok' && value === false),
    );
    if (lost !== undefined)
      return {
        expected: `w${lost.worker} is ${admitted ? 'admitted' : 'told yes or no'}`,
        observed:
          lost.error === undefined ? 'it was refused' : `it got ${lost.error.name}: ${lost.error.message}`,
        at: lost.end,
      };
    return asked.length > 0 ? undefined : { nothing: 'nobody asked' };
  });
}
