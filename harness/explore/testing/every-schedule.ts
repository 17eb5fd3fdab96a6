import type { Sampler } from '../samplers/sampler.js';
import type { Step } from '../samplers/step.js';
import { EveryChoice } from './every-choice.js';
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

/** Takes one schedule after the other. */
class EverySchedule extends EveryChoice implements Sampler {
  readonly name = 'every schedule';

  start(): void {
    // Where one schedule has ended, the next one begins.
  }

  choose(steps: readonly Step[]): number {
    return this.take(steps.length);
  }

  performed(): void {
    // A schedule looks neither back nor ahead.
  }
}
