import { real } from '../../clock/globals.js';

/** Lets the event loop turn once: every microtask that can run has run afterwards. @internal */
export function turn(): Promise<void> {
  return new Promise((resolve) => real.setImmediate(resolve));
}

/** Real time for which the event loop is kept turning before the lab sleeps between looks. */
const BUSY_MS = 2;

/**
 * Waits a moment before the lab looks again for something that real time brings: a turn of the event loop at first,
 * 1 ms later on.
 *
 * @param since - when the waiting began, by `real.now()`, in ms
 * @internal
 */
export async function turnOrSleep(since: number): Promise<void> {
  if (real.now() - since < BUSY_MS) await turn();
  else await new Promise((resolve) => real.setTimeout(resolve, 1));
}
