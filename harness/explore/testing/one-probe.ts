import { Profile } from '../samplers/profile.js';
import type { Sampler } from '../samplers/sampler.js';
import type { Step } from '../samplers/step.js';
import { sampleOnce } from './sample.js';
import type { Shape } from './shapes.js';

/**
 * What samplers know that count the steps of one execution and never learn from another, but are told which keys are
 * shared, and which one of them is of interest.
 */
export class OneProbe extends Profile {
  /**
   * @param order - the worker of each step of the probe, from 0
   * @param interesting - key that SURW walks over
   * @param isPrivate - is this the key of one worker alone?
   */
  constructor(
    shape: Shape,
    order: readonly number[],
    readonly interesting: string,
    readonly isPrivate: (key: string) => boolean,
  ) {
    super();
    this.note(sampleOnce(shape, new InOrder(order)).sampled);
  }

  override sharedResources(): string[] {
    return [this.interesting];
  }

  override onlyOf(resource: string): boolean {
    return this.isPrivate(resource);
  }
}

class InOrder implements Sampler {
  readonly name = 'in order';
  #at = 0;

  constructor(readonly order: readonly number[]) {}

  start(): void {
    this.#at = 0;
  }

  choose(steps: readonly Step[]): number {
    const at = steps.findIndex(({ worker }) => worker === this.order[this.#at]);
    if (at < 0) throw new Error(`step ${this.#at + 1}: worker ${this.order[this.#at]} cannot go on`);
    return at;
  }

  performed(): void {
    this.#at += 1;
  }
}
