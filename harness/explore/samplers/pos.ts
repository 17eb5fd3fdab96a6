import type { Prng } from '../../base/prng.js';
import type { Profile } from './profile.js';
import type { Sampler } from './sampler.js';
import { stepsDependent, type Step } from './step.js';

/**
 * Partial order sampling (Yuan, Yang and Gu, CAV 2018): every pending step has a random priority and the highest one
 * runs; then those that depend on it draw anew. It needs neither a depth nor a length. Where all steps use one key it
 * is no better than a random walk.
 *
 * Deviation, as in Fray: a step that nobody else can race with runs at once. That is the only pending step of its
 * worker, on what no other worker was ever seen to use.
 *
 * @internal
 */
export class Pos implements Sampler {
  readonly name = 'POS';
  #random!: Prng;
  #profile!: Profile;
  readonly #priorities = new Map<string, number>();
  #pending: readonly Step[] = [];

  start(random: Prng, profile: Profile): void {
    this.#random = random;
    this.#profile = profile;
    this.#priorities.clear();
    this.#pending = [];
  }

  choose(steps: readonly Step[]): number {
    this.#pending = steps;
    const alone = steps.findIndex((step) => this.#cannotRace(step, steps));
    if (alone >= 0) return alone;
    const priorities = steps.map(({ id }) => this.#priorityOf(id));
    return priorities.indexOf(Math.max(...priorities));
  }

  performed(step: Step): void {
    this.#priorities.delete(step.id);
    for (const other of this.#pending) if (stepsDependent(step, other)) this.#priorities.delete(other.id);
  }

  #priorityOf(id: string): number {
    let priority = this.#priorities.get(id);
    if (priority === undefined) {
      priority = this.#random.unit();
      this.#priorities.set(id, priority);
    }
    return priority;
  }

  #cannotRace(step: Step, steps: readonly Step[]): boolean {
    const { worker, footprint, pause } = step;
    if (pause || footprint === 'everything') return false;
    if (steps.some((other) => other !== step && other.worker === worker)) return false;
    return footprint.every(({ resource }) => this.#profile.onlyOf(resource, worker));
  }
}
