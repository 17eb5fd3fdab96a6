import { Prng } from '../clock/prng.js';
import type { Choice, Decision } from '../execution/step.js';
import type { Strategy } from './strategy.js';
import type { Bounds } from './verdict.js';

/** Chance of a fault at a point where one is possible. Low, so that a fault may also come late in an execution. */
const FAULT_CHANCE = 0.1;

/** Picks among the enabled steps uniformly, and now and then a fault. The same seed gives the same executions. */
export class RandomWalk implements Strategy {
  readonly name = 'random';
  readonly complete = false;
  readonly pending = undefined;
  readonly bounds: Bounds;
  readonly #seed: number;
  readonly #random: Prng;
  #execution = 0;

  constructor(seed: number, maxFaults: number) {
    this.bounds = { preemptions: undefined, faults: maxFaults };
    this.#seed = seed;
    this.#random = new Prng(seed);
  }

  start(): boolean {
    this.#execution += 1;
    this.#random.reseed(this.#seed, this.#execution);
    return true;
  }

  choose({ moves, faults }: Decision): Choice {
    if (faults.length > 0 && this.#random.unit() < FAULT_CHANCE)
      return -1 - this.#random.below(faults.length);
    return this.#random.below(moves.length);
  }

  learn(): void {
    // Every walk is independent of the others.
  }
}
