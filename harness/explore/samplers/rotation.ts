import type { Prng } from '../../base/prng.js';
import type { Profile } from './profile.js';
import type { Sampler } from './sampler.js';
import type { Step } from './step.js';

/**
 * One schedule of each sampler in turn: each of them is next to blind for some kind of bug that another one finds.
 *
 * @internal
 */
export class Rotation implements Sampler {
  #turn = 0;

  constructor(readonly samplers: readonly Sampler[]) {}

  /** The one whose turn it is. */
  get current(): Sampler {
    return this.samplers[this.#turn]!;
  }

  get name(): string {
    return this.current.name;
  }

  start(random: Prng, profile: Profile, execution: number): void {
    this.#turn = (execution - 1) % this.samplers.length;
    this.current.start(random, profile, execution);
  }

  choose(steps: readonly Step[]): number {
    return this.current.choose(steps);
  }

  performed(step: Step): void {
    this.current.performed(step);
  }
}
