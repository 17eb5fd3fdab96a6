import type { Sampler, Step } from '../samplers/sampler.js';
import { samples } from './sample.js';
import type { Shape } from './shapes.js';

/** How often schedules hit a bug, by going through all of them. */
export interface TrueRates {
  /** Probability that a walk hits which picks among the possible steps uniformly. */
  readonly walk: number;
  /** Share of the interleavings that hit. */
  readonly uniform: number;
}

/** Counts all interleavings of a shape; for shapes that have a few thousand at most. */
export function trueRates(shape: Shape): TrueRates {
  const every = new EverySchedule();
  let walk = 0;
  let hits = 0;
  let all = 0;
  for (const { hit } of samples(shape, every, 0, Infinity)) {
    all += 1;
    if (hit) {
      hits += 1;
      walk += every.chance;
    }
    if (!every.next()) break;
  }
  return { walk, uniform: hits / all };
}

/** Takes one schedule after the other, the last choice that has another alternative being the next to change. */
class EverySchedule implements Sampler {
  readonly name = 'every schedule';
  #choices: { at: number; readonly of: number }[] = [];
  #depth = 0;

  start(): void {
    this.#depth = 0;
  }

  choose(steps: readonly Step[]): number {
    const choice = (this.#choices[this.#depth] ??= { at: 0, of: steps.length });
    this.#depth += 1;
    return choice.at;
  }

  performed(): void {
    // A schedule looks neither back nor ahead.
  }

  /** With which probability a uniform walk takes this one. */
  get chance(): number {
    return this.#choices.reduce((product, { of }) => product / of, 1);
  }

  next(): boolean {
    while (this.#choices.length > 0) {
      const last = this.#choices.at(-1)!;
      last.at += 1;
      if (last.at < last.of) return true;
      this.#choices.pop();
    }
    return false;
  }
}
