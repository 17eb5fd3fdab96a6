import type { Prng } from '../../base/prng.js';
import type { FaultMove } from '../../execution/steps/decision.js';
import type { Profile } from '../samplers/profile.js';

/**
 * Where faults strike in an execution, whatever the sampler. Drawn in advance: how many, from none to the whole
 * budget, each number equally likely; then at which of the points where one is possible, as many as there were in
 * the executions so far. So one execution in `budget + 1` is about the schedule alone, a fault is as likely to come
 * late as early, and the length of an execution does not decide how many there are. A chance at every point would
 * spend the budget on the first few.
 *
 * @internal
 */
export class FaultPlan {
  #random!: Prng;
  readonly #strikes = new Set<number>();
  #points = 0;

  constructor(readonly budget: number) {}

  /** Before the first execution nobody knows how many points there are, so it is without faults. */
  start(random: Prng, { faultPoints }: Profile): void {
    this.#random = random;
    this.#points = 0;
    this.#strikes.clear();
    const faults = Math.min(random.below(this.budget + 1), faultPoints);
    while (this.#strikes.size < faults) this.#strikes.add(1 + random.below(faultPoints));
  }

  /** Points so far at which a fault was possible. */
  get points(): number {
    return this.#points;
  }

  /**
   * Called at every point at which a fault is possible.
   *
   * @returns an index, or undefined when none is to strike here
   */
  choose(faults: readonly FaultMove[]): number | undefined {
    this.#points += 1;
    if (!this.#strikes.has(this.#points)) return undefined;
    // The kind first: one that could strike many steps must not crowd out one that could strike a single step.
    const kinds = [...new Set(faults.map(({ spec }) => spec))];
    const kind = kinds[this.#random.below(kinds.length)];
    const of = [...faults.keys()].filter((at) => faults[at]!.spec === kind);
    return of[this.#random.below(of.length)];
  }
}
