import { Prng } from '../clock/prng.js';
import { real } from '../clock/globals.js';
import { Flow, runInFlow } from '../flow.js';
import type { Environment } from './environment.js';

/** Stream of random numbers for setup and invariants; workers have the streams of their numbers. */
const STREAM = 0xffff;

/** Of what runs now. */
const limits = new Set<NodeJS.Timeout>();

/** A setup, or an invariant, that does not come to an end. */
export class AsideTimeoutError extends Error {
  override name = 'AsideTimeoutError';
}

/**
 * Runs a setup or an invariant: beside the workers, not gated, in real time. It sees the virtual date and seeded random
 * numbers, so that it does the same in every run.
 *
 * @param what - for messages
 * @throws what it throws, also outside of any handler; AsideTimeoutError when it does not end
 */
export function runAside<T>(
  environment: Environment,
  seed: number,
  what: string,
  body: () => Promise<T> | T,
): Promise<T> {
  const { asideMs } = environment.limits;
  return new Promise((resolve, reject) => {
    const timer = real.setTimeout(() => {
      limits.delete(timer);
      reject(new AsideTimeoutError(`${what} did not come to an end within ${asideMs} ms`));
    }, asideMs);
    limits.add(timer);
    const flow = new Flow(0, what, new Prng(seed, STREAM), environment.time, 'real', reject);
    void runInFlow(flow, async () => {
      try {
        resolve(await body());
      } catch (error) {
        reject(error);
      } finally {
        stopLimit(timer);
      }
    });
  });
}

/** What ran beside the workers was ended from outside: nobody waits for it, and nobody is told that it takes long. */
export function forgetAsides(): void {
  for (const timer of limits) stopLimit(timer);
}

function stopLimit(timer: NodeJS.Timeout): void {
  limits.delete(timer);
  real.clearTimeout(timer);
}
