/** Errors after which nobody can tell whether the command ran. */
const AMBIGUOUS_NAMES = new Set([
  'MaxRetriesPerRequestError',
  'AbortError',
  'ConnectionError',
  'DisconnectsClientError',
]);
const AMBIGUOUS_MESSAGE =
  /connection is closed|connection close|command timed out|socket timeout|ECONNRESET|EPIPE|ETIMEDOUT|socket closed|connection lost/i;

/**
 * Tells a definite failure from an ambiguous one, as Jepsen does: an error reply of the server or an error of the
 * application is definite; a lost connection or a timeout is not.
 *
 * @example
 * ```ts
 * import { outcomeOf } from 'redis-race-lab';
 *
 * console.log(outcomeOf(new Error('Connection is closed.'))); // unknown
 * console.log(outcomeOf(new Error('no stock left'))); // failed
 * ```
 * @public
 */
export function outcomeOf(error: unknown): 'failed' | 'unknown' {
  for (
    let cause: unknown = error, depth = 0;
    cause instanceof Error && depth < 8;
    cause = cause.cause, depth++
  ) {
    if (cause.name === 'ReplyError') return 'failed';
    if (AMBIGUOUS_NAMES.has(cause.name) || AMBIGUOUS_MESSAGE.test(cause.message)) return 'unknown';
  }
  return 'failed';
}
