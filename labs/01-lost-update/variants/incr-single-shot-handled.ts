import { ReplyError, type Redis } from 'ioredis';

/** The command was sent and not answered: the view may have been counted, or not. */
export class OutcomeUnknownError extends Error {
  override name = 'OutcomeUnknownError';
}

/**
 * Counts one view of a page.
 *
 * @throws OutcomeUnknownError when nobody can tell whether it was counted
 */
export async function countView(redis: Redis, key: string): Promise<number> {
  try {
    return await redis.incr(key);
  } catch (error) {
    // The server answered, and what it said is certain: nothing was counted.
    if (error instanceof ReplyError) throw error;
    throw new OutcomeUnknownError(`INCR ${key} was not answered`, { cause: error });
  }
}

/** Shows a page. The number under it may be missing; the page may not. */
export async function showPage(count: () => Promise<number>): Promise<string> {
  try {
    return `Welcome. Viewed ${await count()} times.`;
  } catch (error) {
    if (!(error instanceof OutcomeUnknownError)) throw error;
    return 'Welcome.';
  }
}
