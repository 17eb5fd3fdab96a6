import type { Prng } from '../../clock/prng.js';
import type { Profile } from './profile.js';
import type { Sampler, Step } from './sampler.js';

/** One schedule of each sampler in turn: each of them is next to blind for some kind of bug that another one finds. */
export class Rotation implements Sampler {
  #turn = -1;

  constructor(readonly samplers: readonly Sampler[]) {}

  /** The one whose turn it is. */
  get current(): Sampler {
    return this.samplers[Math.max(0, this.#turn)]!;
  }

  get name(): string {
    return this.current.name;
  }

  start(random: Prng, profile: Profile): void {
    this.#turn = (this.#turn + 1) % this.samplers.length;
    this.current.start(random, profile);
  }

  choose(steps: readonly Step[]): number {
    return this.current.choose(steps);
  }

  performed(step: Step): void {
    this.current.performed(step);
  }
}
