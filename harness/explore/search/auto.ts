import type { CostLimits } from '../events/event.js';
import type { TaskMap } from '../strategy/crew.js';
import type { PlannedExecution, Resumable, Strategy, StrategyStatus } from '../strategy/strategy.js';

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
 *
 * @internal
 */
export class Auto<Tasks extends TaskMap<Tasks>, State> implements Strategy<Tasks>, Resumable<State> {
  #current: Strategy<Tasks>;
  #first: number;
  readonly #trial: number;
  /** Executions of this session. */
  #used = 0;
  /** Of these, how many came before the exhaustive search. */
  #simply = 0;
  #resumed = false;

  /**
   * @param simple - takes executions in the order of their simplicity
   * @param runs - executions at most
   * @param beyond - makes what takes over
   */
  constructor(
    readonly simple: Strategy<Tasks>,
    readonly exhaustive: Strategy<Tasks> & Resumable<State>,
    readonly runs: number,
    readonly beyond: () => Strategy<Tasks>,
  ) {
    this.#current = simple;
    this.#first = Math.min(FIRST, runs * FIRST_SHARE);
    this.#trial = Math.min(TRIAL, runs * TRIAL_SHARE);
  }

  /** Of the one at work; but what is proven, and what is left to be, the exhaustive search alone can say. */
  get status(): StrategyStatus {
    const { name, bounds, report } = this.#current.status;
    const { complete, pending, estimate, tally } = this.exhaustive.status;
    return {
      name,
      bounds,
      report,
      complete,
      pending,
      estimate: this.#current === this.simple ? undefined : estimate,
      ...(this.#current === this.exhaustive ? { tally, besides: this.#simply } : {}),
    };
  }

  get limits(): CostLimits {
    return this.exhaustive.limits;
  }

  start(): PlannedExecution<Tasks> | undefined {
    this.#used += 1;
    if (this.#current === this.simple) {
      const planned = this.#first > 0 ? this.simple.start() : undefined;
      if (planned !== undefined) {
        this.#first -= 1;
        this.#simply += 1;
        return planned;
      }
      this.#current = this.exhaustive;
    }
    if (!this.#gaveUp && !this.#resumed && this.#isHopeless) this.#current = this.beyond();
    return this.#current.start();
  }

  save(): State | undefined {
    return this.#gaveUp || this.#tried === 0 ? undefined : this.exhaustive.save();
  }

  restore(state: State): void {
    this.exhaustive.restore(state);
    this.#current = this.exhaustive;
    this.#resumed = true;
  }

  async close(): Promise<void> {
    await this.exhaustive.close?.();
    await this.#current.close?.();
  }

  /** Executions of the exhaustive search. */
  get #tried(): number {
    return this.exhaustive.status.tally?.executions ?? 0;
  }

  /** Does the exhaustive search need more than there is, even if its estimate is wrong? */
  get #isHopeless(): boolean {
    const { tally, estimate } = this.exhaustive.status;
    const tried = tally?.executions ?? 0;
    const share = this.#used / this.runs;
    // Of a search that nobody can tell the size of, half of the budget has to do.
    if (estimate === undefined) return tried >= TRIAL && share > 1 / 2;
    if (tried < this.#trial || share > 1 / 2) return false;
    const tolerance = TOLERANCE + (1 - TOLERANCE) * 2 * share;
    return estimate - tried > tolerance * (this.runs - this.#used);
  }

  get #gaveUp(): boolean {
    return this.#current !== this.simple && this.#current !== this.exhaustive;
  }
}
