import type { Use } from '../../design.js';
import { isUnavailable, UnavailableError } from '../../errors.js';

export interface BreakerOptions {
  /** Failures in a row after which it opens. */
  readonly failures: number;
  /** How long it stays open before one request may try again. */
  readonly openMs: number;
  /** Does this error speak against Redis? */
  readonly counts: (error: unknown) => boolean;
}

export const BREAKER: BreakerOptions = { failures: 2, openMs: 1000, counts: isUnavailable };

/**
 * Asks Redis no longer when it has failed too often: whoever comes then is refused at once. When `openMs` is over, one request
 * tries; it closes the breaker or leaves it open for as long again.
 */
export function circuitBreaker(use: Use, { failures, openMs, counts }: BreakerOptions = BREAKER): Use {
  let inARow = 0;
  let openUntil = 0;
  let trying = false;

  return async (work) => {
    const open = inARow >= failures;
    if (open && (trying || Date.now() < openUntil)) throw new UnavailableError('Redis is not asked for now');
    if (open) trying = true;
    try {
      const done = await use(work);
      inARow = 0;
      return done;
    } catch (error) {
      if (counts(error)) {
        inARow += 1;
        openUntil = Date.now() + openMs;
      } else inARow = 0;
      throw error;
    } finally {
      if (open) trying = false;
    }
  };
}
