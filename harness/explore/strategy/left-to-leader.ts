import { ServerGoneError } from '../../wire/upstream/waiting.js';

/**
 * What went wrong with an execution that another process asked for. Trouble is told by whoever explores, when its turn
 * comes; but only this Redis is gone.
 *
 * @throws the error, where it concerns nobody but this process
 * @internal
 */
export function leftToLeader(error: unknown): undefined {
  if (error instanceof Error && !(error instanceof ServerGoneError)) return undefined;
  throw error;
}
