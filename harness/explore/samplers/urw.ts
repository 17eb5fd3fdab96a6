import type { Prng } from '../../base/prng.js';
import type { Profile } from './profile.js';
import { weighted, type Sampler } from './sampler.js';
import type { Step } from './step.js';

/**
 * Uniform random walk over interleavings (Zhao, Wolff, Mathur and Roychoudhury, ASPLOS 2025): a thread is drawn with
 * a probability in proportion to the steps that it has left. Where these numbers are right and nothing blocks, every
 * interleaving is equally likely.
 *
 * Instead of one probe run, the numbers are means over all executions so far that came to their end. Timers and
 * further connections appear late: as long as one is not there, its steps count for its worker, as the paper counts
 * the steps of threads that were not started yet for their parent.
 *
 * @internal
 */
export class Urw implements Sampler {
  readonly name = 'URW';
  #random!: Prng;
  #left = new Map<string, number>();
  #workers: ReadonlyMap<string, number> = new Map();

  start(random: Prng, profile: Profile): void {
    this.#random = random;
    this.#left = profile.steps();
    this.#workers = profile.workers;
  }

  choose(steps: readonly Step[]): number {
    const workers = [...new Set(steps.map(({ worker }) => worker))];
    const worker = workers[weighted(this.#random, this.#leftOf(workers))];
    const weights = steps.map((step) => (step.worker === worker ? this.#leftIn(step.thread) : 0));
    return weighted(this.#random, weights);
  }

  performed({ thread }: Step): void {
    this.#left.set(thread, (this.#left.get(thread) ?? 0) - 1);
  }

  /** A thread that can go on has one step left at least, whatever was counted. */
  #leftIn(thread: string): number {
    return Math.max(1, this.#left.get(thread) ?? 1);
  }

  #leftOf(workers: readonly number[]): number[] {
    const sums = new Map(workers.map((worker) => [worker, 0]));
    for (const [thread, left] of this.#left) {
      const worker = this.#workers.get(thread);
      const sum = worker === undefined ? undefined : sums.get(worker);
      if (sum !== undefined) sums.set(worker!, sum + Math.max(0, left));
    }
    return [...sums.values()].map((sum) => Math.max(1, sum));
  }
}
