/** Something that went wrong in a worker and that nothing handled. @internal */
export interface UncaughtError {
  /** 1-based; 0 for the shared client. */
  readonly worker: number;
  /** `worker`: its own function ended with the error. */
  readonly origin: 'exception' | 'rejection' | 'worker';
  readonly error: Error;
}

/** What was thrown, as an error. @internal */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** An error in one line: `TypeError: x is not a function`. @internal */
export function errorText(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
