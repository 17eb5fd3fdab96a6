import { isConnectionError, type Answer, type Policy, type Transaction } from '../client.js';

/** Once, and up to five times more. */
export const TRIES_MAX = 6;

/**
 * Sends it again, as long as the connection breaks, six times at most.
 *
 * @param tried - is told how many tries it took
 */
export function retrySix(tried: (tries: number) => void): Policy {
  return retrying(tried, TRIES_MAX);
}

/** The same, `triesMax` times at most. */
export function retrying(tried: (tries: number) => void, triesMax: number): Policy {
  return (send) => async (transaction) => {
    for (let tries = 1; ; tries++) {
      try {
        const answer = await send(transaction);
        tried(tries);
        // Who asks again to have something deleted, and hears that it is gone, has what he wanted.
        return tries > 1 && isGone(transaction, answer) ? { ...answer, status: 204 } : answer;
      } catch (error) {
        if (!isConnectionError(error) || tries === triesMax) throw error;
      }
    }
  };
}

function isGone({ name }: Transaction, { status }: Answer): boolean {
  return name === 'delete' && status === 404;
}
