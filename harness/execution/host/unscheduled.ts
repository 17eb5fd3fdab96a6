import { Prng } from '../../base/prng.js';
import { real } from '../../clock/globals.js';
import { forgetPastTheLab } from '../../clock/other-redis.js';
import { Flow, runInFlow } from '../../base/flow.js';
import type { Environment } from './environment.js';
import { isAt, PastTheLabError } from './past-the-lab.js';

/** Stream of random numbers for setup and invariants; workers have the streams of their numbers. */
const STREAM = 0xffff;

/** Of what runs now. One for the process: who ends a worker that spins knows nothing of what ran beside it. */
const limits = new Set<NodeJS.Timeout>();

/** A setup, or an invariant, that does not come to an end. @internal */
export class UnscheduledTimeoutError extends Error {
  override name = 'UnscheduledTimeoutError';
}

/**
 * Runs a setup or an invariant: beside the workers, not gated, in real time. It sees the virtual date and seeded random
 * numbers, so that it does the same in every run.
 *
 * @param what - for messages
 * @param untilMs - real time at which it is to be over, on the clock of `real.now()`; a moment is granted in any case
 * @throws what it throws, also outside of any handler; UnscheduledTimeoutError when it does not end; PastTheLabError when it
 * has to do with another Redis
 * @internal
 */
export function runUnscheduled<T>(
  environment: Environment,
  seed: number,
  what: string,
  body: () => Promise<T> | T,
  untilMs = Infinity,
): Promise<T> {
  const { unscheduledMs, graceMs } = environment.limits;
  const leftMs = Math.max(untilMs - real.now(), graceMs);
  return new Promise((resolve, reject) => {
    const timer = real.setTimeout(
      () => {
        limits.delete(timer);
        const limit =
          leftMs < unscheduledMs
            ? 'before the time of the exploration was over'
            : `within ${unscheduledMs} ms`;
        reject(new UnscheduledTimeoutError(`${what} did not come to an end ${limit}`));
        // What it still waits for there, nobody else is to wait for.
        environment.dropInspector();
      },
      Math.min(leftMs, unscheduledMs),
    );
    limits.add(timer);
    const flow = new Flow(0, what, new Prng(seed, STREAM), environment.time, 'real', reject);
    flow.onPastTheLab = (said) => {
      if (!isAt(environment.server.endpoint, said.address)) reject(PastTheLabError.seen(what, said));
    };
    void runInFlow(flow, async () => {
      try {
        resolve(await body());
      } catch (error) {
        reject(error);
      } finally {
        stopLimit(timer);
        forgetPastTheLab(flow);
      }
    });
  });
}

/**
 * The setup or invariant that runs was ended from outside: nobody waits for it, so nobody is told that it takes long.
 *
 * @internal
 */
export function forgetUnscheduled(): void {
  for (const timer of limits) stopLimit(timer);
}

function stopLimit(timer: NodeJS.Timeout): void {
  limits.delete(timer);
  real.clearTimeout(timer);
}
