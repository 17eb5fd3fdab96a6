import type { Prng } from '../../base/prng.js';
import type { Sampler } from './sampler.js';
import type { Step } from './step.js';

/** Picks among the possible steps uniformly, at every point anew. @internal */
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
