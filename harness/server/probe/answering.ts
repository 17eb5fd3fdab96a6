import { sleep } from '../machine/sleep.js';
import type { Endpoint } from '../types.js';
import { Probe } from './probe.js';

const PAUSE_MS = 2;

/**
 * Waits until a server answers PING, by connecting again and again.
 *
 * @param failed - an error as soon as it is known that nothing will ever answer there
 * @param timeoutMs - real milliseconds after which the last error is thrown
 * @returns the connection that was answered; close it
 * @internal
 */
export async function answering(
  endpoint: Endpoint,
  failed: () => Error | undefined,
  timeoutMs: number,
): Promise<Probe> {
  const until = performance.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      const probe = await Probe.connect(endpoint);
      const reply = await probe.call('PING');
      if (reply === 'PONG') return probe;
      probe.close();
      last = reply;
    } catch (error) {
      last = error;
    }
    const failure = failed();
    if (failure !== undefined) throw failure;
    if (performance.now() > until) throw last;
    await sleep(PAUSE_MS);
  }
}
