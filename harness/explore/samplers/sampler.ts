import type { Prng } from '../../clock/prng.js';
import { dependent, type Footprint } from '../footprint.js';
import type { Profile } from './profile.js';

/** A step as samplers see it. */
export interface Step {
  /** The same step has the same name in every execution: `w1.3`. */
  readonly id: string;
  /** What goes on in its own order: a connection, the timers of a worker. The same name in every execution. */
  readonly thread: string;
  /** Whose step it is; threads of one worker depend on each other. */
  readonly worker: number;
  readonly footprint: Footprint;
  /** Its thread had been waiting for time to pass: it gives way to the others. */
  readonly pause: boolean;
}

/**
 * Draws one schedule after the other. It is asked at every point where several steps are possible, and told every
 * step, also those that nobody had to choose and those that a fault struck. All randomness comes from the generator
 * that it is given, so that a seed gives the same schedules on any machine.
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

/** May the order of two steps matter? */
export function stepsDependent(a: Step, b: Step): boolean {
  return a.worker === b.worker || dependent(a.footprint, b.footprint);
}

/**
 * Draws an index with a probability in proportion to its weight.
 *
 * @param weights - whole numbers, at least one of them positive
 */
export function weighted(random: Prng, weights: readonly number[]): number {
  let rest = random.below(weights.reduce((sum, weight) => sum + weight, 0));
  const at = weights.findIndex((weight) => (rest -= weight) < 0);
  return at;
}
