import type { Prng } from '../../base/prng.js';
import type { Profile } from './profile.js';
import type { Sampler } from './sampler.js';
import type { Step } from './step.js';

/** Steps in a row after which a thread gives way: it may wait in a loop for something that another one must do. */
const STREAK_MAX = 50;

/**
 * Probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi and Nagarakatte, ASPLOS 2010): threads have
 * random priorities and the highest one runs, except that at `depth - 1` points, drawn in advance, the one that is
 * about to run gets a priority below all others. A bug that needs `depth` orderings is hit with a probability of at
 * least 1/(n k^(depth - 1)), for n threads and k steps.
 *
 * As in the paper, the points are drawn independently of each other, and each carries a low priority of its own.
 * Deviations: only points where there is a choice count as steps, k being one more than the largest number seen, so
 * that a change may also fall behind the last of them and leave a bug of a smaller depth in reach. A thread that
 * appears late gets a random place among the others. A thread whose timer fired, and one that took very many steps
 * in a row, gives way to all others, since priorities alone would let a loop that waits for something starve them.
 *
 * @internal
 */
export class Pct implements Sampler {
  readonly name: string;
  #random!: Prng;
  /** Highest first. */
  #order: string[] = [];
  /** Points of change, each with the rank of its priority: a smaller one is lower. */
  #changes = new Map<number, number>();
  /** Threads that a change put below the others, by the rank of their priority; absent for the others. */
  #lowered = new Map<string, number>();
  #contested = 0;
  #runner = '';
  #streak = 0;

  /** @param depth - orderings that a bug may need, from 1 */
  constructor(readonly depth: number) {
    this.name = `PCT depth ${depth}`;
  }

  start(random: Prng, { contested }: Profile): void {
    this.#random = random;
    this.#order = [];
    this.#lowered.clear();
    this.#contested = 0;
    this.#runner = '';
    this.#streak = 0;
    this.#changes = new Map();
    // Nothing is known before the first execution, so it goes by priorities alone.
    for (let rank = this.depth - 1; rank >= 1 && contested > 0; rank--)
      this.#changes.set(1 + random.below(contested + 1), rank);
  }

  choose(steps: readonly Step[]): number {
    for (const { thread } of steps) {
      if (!this.#order.includes(thread))
        this.#order.splice(this.#random.below(this.#unlowered() + 1), 0, thread);
    }
    this.#contested += 1;
    const rank = this.#changes.get(this.#contested);
    if (rank !== undefined) this.#lower(this.#highest(steps), rank);
    const next = this.#highest(steps);
    return steps.findIndex(({ thread }) => thread === next);
  }

  performed({ thread, pause }: Step): void {
    this.#streak = thread === this.#runner ? this.#streak + 1 : 1;
    this.#runner = thread;
    if (!pause && this.#streak < STREAK_MAX) return;
    this.#streak = 0;
    this.#lower(thread, 0);
  }

  /** Threads whose place was drawn; behind them stand those that were lowered. */
  #unlowered(): number {
    return this.#order.length - this.#lowered.size;
  }

  #highest(steps: readonly Step[]): string {
    const possible = new Set(steps.map(({ thread }) => thread));
    return this.#order.find((thread) => possible.has(thread))!;
  }

  /** Puts a thread in front of those with a lower rank; rank 0 is the end. */
  #lower(thread: string, rank: number): void {
    this.#order = this.#order.filter((other) => other !== thread);
    this.#lowered.delete(thread);
    const from = this.#unlowered();
    let at = from;
    while (at < this.#order.length && this.#lowered.get(this.#order[at]!)! >= rank) at += 1;
    this.#order.splice(at, 0, thread);
    this.#lowered.set(thread, rank);
  }
}

/**
 * The least probability with which an execution of PCT hits a bug of its depth.
 *
 * @param threads - n
 * @param contested - points at which several steps are possible
 * @internal
 */
export function pctBound(depth: number, threads: number, contested: number): number {
  return 1 / (Math.max(1, threads) * (contested + 1) ** (depth - 1));
}
