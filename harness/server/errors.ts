/**
 * Why no server could be had; these words stay as they are, so that a program may tell them apart.
 *
 * @public
 */
export type ServerErrorCode =
  | 'bad-request'
  | 'no-redis'
  | 'no-docker'
  | 'no-clock'
  | 'no-folder'
  | 'start-failed'
  | 'killed'
  | 'unreachable'
  | 'not-loopback'
  | 'not-empty'
  | 'foreign-write'
  | 'not-restored';

/**
 * No Redis for the lab. The message says what happened, where, and what to do about it.
 *
 * @public
 */
export class ServerError extends Error {
  /** Tells it from other errors where classes cannot be compared. */
  override readonly name = 'ServerError';

  constructor(
    /** What kind of failure it is. */
    readonly code: ServerErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The message of anything that was thrown, on one line. @internal */
export function messageOf(error: unknown): string {
  // An AggregateError, which is what `localhost` gives when neither ::1 nor 127.0.0.1 answers, has an empty message.
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ');
  const text = error instanceof Error ? error.message : String(error);
  return text.trim().replaceAll(/\s*\n\s*/g, ' | ');
}
