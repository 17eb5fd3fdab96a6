import type { Prng } from '../../base/prng.js';
import type { Profile } from './profile.js';
import type { Step } from './step.js';

/**
 * Draws one schedule after the other. It is asked at every point where several steps are possible, and told every
 * step, also those that nobody had to choose and those that a fault struck. All randomness comes from the generator
 * that it is given, so that a seed gives the same schedules on any machine.
 *
 * @internal
 */
export interface Sampler {
  /** For people: `PCT depth 2`. */
  readonly name: string;
  /**
   * Prepares a schedule.
   *
   * @param profile - what earlier executions were like; nothing before the first
   * @param execution - its number, from 1
   */
  start(random: Prng, profile: Profile, execution: number): void;
  /** @returns an index */
  choose(steps: readonly Step[]): number;
  performed(step: Step): void;
}

/**
 * Draws an index with a probability in proportion to its weight.
 *
 * @param weights - whole numbers, at least one of them positive
 * @internal
 */
export function weighted(random: Prng, weights: readonly number[]): number {
  let rest = random.below(weights.reduce((sum, weight) => sum + weight, 0));
  const at = weights.findIndex((weight) => (rest -= weight) < 0);
  return at;
}
