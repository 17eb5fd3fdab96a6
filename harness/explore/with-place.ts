import { followPlaces } from '../clock/places.js';
import { PastTheLabError } from '../execution/host/past-the-lab.js';

/**
 * Clients connect and write in callbacks, where the stack no longer shows who called them. So where that place is
 * missing from an error, the calm execution is run once more with every callback followed to where it comes from.
 *
 * @param again - runs the calm execution
 * @returns the same error, with its place if that was found
 * @internal
 */
export async function withPlace(error: Error, again: () => Promise<unknown>): Promise<Error> {
  if (pastTheLab(error)?.place !== undefined || pastTheLab(error) === undefined) return error;
  const stop = followPlaces();
  try {
    await again();
    return error;
  } catch (second) {
    return second instanceof Error && pastTheLab(second)?.place !== undefined ? second : error;
  } finally {
    stop();
  }
}

function pastTheLab(error: Error): PastTheLabError | undefined {
  return [error, error.cause].find((one) => one instanceof PastTheLabError);
}
