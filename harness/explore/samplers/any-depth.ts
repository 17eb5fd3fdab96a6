import type { Prng } from '../../base/prng.js';
import { Pct } from './pct.js';
import type { Profile } from './profile.js';
import type { Sampler } from './sampler.js';
import type { Step } from './step.js';

/** Depths of PCT: a larger one than a bug needs wastes most of its chance, so none is the best for all. @internal */
export const PCT_DEPTHS: readonly number[] = [1, 2, 3];

/** PCT with a depth drawn for each execution. @internal */
export class PctOfAnyDepth implements Sampler {
  readonly #samplers = PCT_DEPTHS.map((depth) => new Pct(depth));
  #current = this.#samplers[0]!;

  get name(): string {
    return this.#current.name;
  }

  start(random: Prng, profile: Profile): void {
    this.#current = this.#samplers[random.below(this.#samplers.length)]!;
    this.#current.start(random, profile);
  }

  choose(steps: readonly Step[]): number {
    return this.#current.choose(steps);
  }

  performed(step: Step): void {
    this.#current.performed(step);
  }
}
