import { ReplyError } from 'ioredis';

/** What ioredis says when a command could not be sent, or when nobody can tell whether it ran. */
const NO_CONNECTION = [
  /^Connection is closed/,
  /^Reached the max retries per request limit/,
  /^Command timed out/,
  /^Command aborted due to connection close/,
  /^Stream isn't writeable/,
];
/** What a server answers that is there and cannot serve. */
const NO_SERVICE = /^(?:LOADING|READONLY|MASTERDOWN|BUSY|CLUSTERDOWN|TRYAGAIN|NOREPLICAS|MISCONF|OOM)\b/;

/** The API itself does not ask Redis, or asks no longer. */
export class UnavailableError extends Error {
  override name = 'UnavailableError';
}

/** Is it Redis that is not there, and neither the request nor the code that is wrong? */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof ReplyError) return NO_SERVICE.test(error.message);
  return error instanceof UnavailableError || NO_CONNECTION.some((words) => words.test(error.message));
}
