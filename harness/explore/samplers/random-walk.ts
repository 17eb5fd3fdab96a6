import type { Prng } from '../../clock/prng.js';
import type { Sampler, Step } from './sampler.js';

/** Picks among the possible steps uniformly, at every point anew. */
export class RandomWalk implements Sampler {
  readonly name = 'random walk';
  #random!: Prng;

  start(random: Prng): void {
    this.#random = random;
  }

  choose(steps: readonly Step[]): number {
    return this.#random.below(steps.length);
  }

  performed(): void {
    // A walk does not look back.
  }
}
