import type { Prng } from '../../base/prng.js';
import type { Profile } from './profile.js';
import { weighted, type Sampler } from './sampler.js';
import type { Step } from './step.js';

/**
 * Selectively uniform random walk (Zhao, Wolff, Mathur and Roychoudhury, ASPLOS 2025): uniform over the
 * interleavings of the interesting steps only, here those that use one resource, drawn for each execution among those
 * that one worker writes and another uses. A thread is intended to take the next interesting step, drawn in
 * proportion to the interesting steps that each has left; the others wait in front of theirs, and all other steps go
 * on at random.
 *
 * Deviations: the numbers are means over the executions so far, and when every thread waits the intended one is drawn
 * anew among those that can go on, since the one before may be blocked or gone. Before anything is known to be shared,
 * every step is interesting.
 *
 * @internal
 */
export class Surw implements Sampler {
  readonly name = 'SURW';
  #random!: Prng;
  /** Undefined: every step is interesting. */
  #resource: string | undefined;
  #left = new Map<string, number>();
  #intended: string | undefined;
  readonly #parked = new Set<string>();

  start(random: Prng, profile: Profile): void {
    this.#random = random;
    this.#parked.clear();
    const resources = profile.sharedResources();
    this.#resource = resources[random.below(resources.length)];
    this.#left = this.#resource === undefined ? profile.steps() : profile.stepsOn(this.#resource);
    this.#intended = this.#draw([...this.#left.keys()]);
  }

  choose(steps: readonly Step[]): number {
    for (;;) {
      const candidates = [...steps.keys()].filter((at) => !this.#parked.has(steps[at]!.thread));
      if (candidates.length === 0) {
        this.#parked.clear();
        this.#intended = this.#draw(
          steps.map(({ thread }) => thread),
          1,
        );
        continue;
      }
      const at = candidates[this.#random.below(candidates.length)]!;
      const step = steps[at]!;
      if (!this.#interesting(step) || step.thread === this.#intended) return at;
      // Nobody counted on this step: from now on it may be drawn like the others.
      if ((this.#left.get(step.thread) ?? 0) === 0) this.#left.set(step.thread, 1);
      this.#parked.add(step.thread);
    }
  }

  performed(step: Step): void {
    if (!this.#interesting(step)) return;
    const { thread } = step;
    this.#left.set(thread, Math.max(0, (this.#left.get(thread) ?? 1) - 1));
    this.#parked.clear();
    this.#intended = this.#draw([...this.#left.keys()]);
  }

  #interesting({ footprint }: Step): boolean {
    if (this.#resource === undefined || footprint === 'everything') return true;
    return footprint.some(({ resource }) => resource === this.#resource);
  }

  /** @param least - weight of a thread that has nothing left, as far as was counted */
  #draw(threads: readonly string[], least = 0): string | undefined {
    const weights = threads.map((thread) => Math.max(least, this.#left.get(thread) ?? least));
    return threads[weights.some((weight) => weight > 0) ? weighted(this.#random, weights) : -1];
  }
}
