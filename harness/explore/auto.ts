import type { ExecutionResult } from '../execution/execution.js';
import type { Observer } from '../execution/observer.js';
import type { Choice, Decision, Move } from '../execution/step.js';
import type { Exhaustive } from './exhaustive/exhaustive.js';
import type { Crew, Elsewhere } from './crew.js';
import type { Strategy, Tally } from './strategy.js';
import type { Bounds, SamplingReport } from './verdict.js';

/** Executions after which the estimate of an exhaustive search is taken seriously, at most and as a share of the budget. */
const TRIAL = 64;
const TRIAL_SHARE = 0.25;
/** How many times as much as what is left of the budget it may ask for at first; once half of that is used up, once. */
const TOLERANCE = 4;

/** Executions at most that look for simple failures first, and their share of the budget at most. */
const FIRST = 200;
const FIRST_SHARE = 0.1;

/**
 * First the simplest executions, since what fails there is the easiest to understand. Then an exhaustive search, as long as
 * that may come to its end within the budget; once it cannot, what is left of the budget goes to sampling, which finds
 * more with it than the corner of the tree that a search gets to see. That is decided before half of the budget is used up:
 * a search that has come further is finished, or left to be gone on with, and so is one that somebody has resumed. One whose
 * size nobody can tell gets half of the budget.
 *
 * Only executions count. How many of them fit into a time differs from machine to machine, and with it what would be
 * explored.
 */
export class Auto implements Strategy {
  #current: Strategy;
  #first: number;
  readonly #trial: number;
  /** Executions of this session. */
  #used = 0;
  #resumed = false;

  /**
   * @param simple - takes executions in the order of their simplicity
   * @param runs - executions at most
   * @param beyond - makes what takes over
   */
  constructor(
    readonly simple: Strategy,
    readonly exhaustive: Exhaustive,
    readonly runs: number,
    readonly beyond: () => Strategy,
  ) {
    this.#current = simple;
    this.#first = Math.min(FIRST, runs * FIRST_SHARE);
    this.#trial = Math.min(TRIAL, runs * TRIAL_SHARE);
  }

  get name(): string {
    return this.#current.name;
  }

  get bounds(): Bounds {
    return this.#current.bounds;
  }

  get observer(): Observer | undefined {
    return this.#current.observer;
  }

  get complete(): boolean {
    return this.exhaustive.complete;
  }

  /** What the exhaustive search would still have to do: beyond it nothing is proven. */
  get pending(): number | undefined {
    return this.exhaustive.pending;
  }

  get estimate(): number | undefined {
    return this.#current === this.simple ? undefined : this.exhaustive.estimate;
  }

  get tally(): Tally | undefined {
    return this.#current === this.exhaustive ? this.exhaustive.tally : undefined;
  }

  get report(): SamplingReport | undefined {
    return this.#current.report;
  }

  get limits(): unknown {
    return this.exhaustive.limits;
  }

  start(): boolean {
    this.#used += 1;
    if (this.#current === this.simple) {
      if (this.#first > 0 && this.simple.start()) {
        this.#first -= 1;
        return true;
      }
      this.#current = this.exhaustive;
    }
    if (!this.#gaveUp && !this.#resumed && this.#isHopeless) this.#current = this.beyond();
    return this.#current.start();
  }

  choose(decision: Decision): Choice {
    return this.#current.choose(decision);
  }

  forced(move: Move): void {
    this.#current.forced?.(move);
  }

  learn(result: ExecutionResult): void | Promise<void> {
    return this.#current.learn(result);
  }

  async elsewhere(crew: Crew): Promise<Elsewhere | undefined> {
    return await this.#current.elsewhere?.(crew);
  }

  save(): unknown {
    return this.#gaveUp || this.exhaustive.tally.executions === 0 ? undefined : this.exhaustive.save();
  }

  restore(state: unknown): void {
    this.exhaustive.restore(state);
    this.#current = this.exhaustive;
    this.#resumed = true;
  }

  async close(): Promise<void> {
    await this.exhaustive.close();
    await this.#current.close?.();
  }

  /** Does the exhaustive search need more than there is, even if its estimate is wrong? */
  get #isHopeless(): boolean {
    const { tally, estimate } = this.exhaustive;
    const share = this.#used / this.runs;
    // Of a search that nobody can tell the size of, half of the budget has to do.
    if (estimate === undefined) return tally.executions >= TRIAL && share > 1 / 2;
    if (tally.executions < this.#trial || share > 1 / 2) return false;
    const tolerance = TOLERANCE + (1 - TOLERANCE) * 2 * share;
    return estimate - tally.executions > tolerance * (this.runs - this.#used);
  }

  get #gaveUp(): boolean {
    return this.#current !== this.simple && this.#current !== this.exhaustive;
  }
}
