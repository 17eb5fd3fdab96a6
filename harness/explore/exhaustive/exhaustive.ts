import type { ExecutionResult } from '../../execution/execution.js';
import type { Choice } from '../../execution/step.js';
import { OptimalSearch } from '../dpor/optimal.js';
import type { Crew, Elsewhere } from '../crew.js';
import { DivergenceError, type Ending, type Search } from '../dpor/search.js';
import { TreeSearch } from '../dpor/tree-search.js';
import type { Limits } from '../event.js';
import type { Strategy, Tally } from '../strategy.js';
import type { Bounds } from '../verdict.js';
import { Aspects } from './aspects.js';
import { Foresight } from './foresight.js';
import { LiveObserver } from './observer.js';
import type { PlayedExecution } from './parts.js';
import type { SavedState } from './saved.js';

/**
 * Runs one execution of each class of executions that differ only in the order of independent steps (optimal DPOR, see
 * `OptimalSearch`), on the real server: what a step touches is what the server says of its command, what its
 * script was seen to do, and what it left behind in this process. Faults, timers, reconnects and crashes are steps like
 * any other; there is a limit to the number of faults and of early timers in one execution.
 *
 * What else matters shows on the way: that invariants look at the order of operations, or that workers share memory.
 * Then what was explored without knowing is explored again.
 *
 * Not seen: workers that only leave values for each other in variables, and never wait for one another.
 */
export class Exhaustive implements Strategy {
  readonly name = 'exhaustive';
  readonly observer: LiveObserver;
  /** Executions of searches that were given up for a better one. */
  #lost = 0;
  #cappedBy: string | undefined;
  #foresight: Foresight | undefined;

  /**
   * @param limits - faults and early timers at most in one execution
   * @param createSearch - another search, for comparison
   */
  constructor(
    readonly limits: Limits,
    readonly createSearch: (limits: Limits) => Search = (bounds) => new OptimalSearch(bounds),
  ) {
    this.observer = new LiveObserver(createSearch(limits), limits);
  }

  get bounds(): Bounds {
    const { fault, delay } = this.limits;
    // A limit that nothing ever reached is none.
    return {
      preemptions: undefined,
      faults: fault,
      ...(this.observer.heldBack ? { delays: delay } : {}),
      ...(this.observer.alike ? { alike: true as const } : {}),
    };
  }

  get complete(): boolean {
    return this.#search.complete && this.#search.counts.capped === 0;
  }

  get pending(): number {
    return this.#search.counts.pending;
  }

  get tally(): Tally {
    const { maximal, capped, redundant } = this.#search.counts;
    return {
      executions: maximal + capped,
      capped,
      cappedBy: this.#cappedBy,
      redundant: redundant + this.#lost,
    };
  }

  get estimate(): number | undefined {
    return this.#search.estimate;
  }

  start(): boolean {
    return this.#search.start();
  }

  choose(): Choice {
    throw new Error('an execution of the exhaustive search needs its observer');
  }

  learn(result: ExecutionResult): void {
    const { observer } = this;
    observer.ended();
    const capped = this.cappedBy(result);
    this.#cappedBy ??= capped;
    const ending: Ending = result.abandoned ? 'redundant' : capped === undefined ? 'maximal' : 'capped';
    const known = observer.aspects.size;
    if (known > observer.known && result.finding === undefined) this.#restart(known);
    else this.#search.finish(ending, ending === 'maximal' ? [] : observer.left);
  }

  /** How an execution that has just ended reached a limit, if it did. */
  cappedBy({ capped }: ExecutionResult): string | undefined {
    const strayed = this.observer.strayed && capped === undefined;
    return strayed ? 'a timer of a worker that had ended woke another worker' : capped;
  }

  async elsewhere(crew: Crew): Promise<Elsewhere | undefined> {
    const search = this.#search;
    const { observer, limits } = this;
    // The first one is run here: what the setup leaves behind is seen then.
    if (!(search instanceof TreeSearch) || !observer.begun || search.keys.length === 0) return undefined;
    if (this.#foresight === undefined) {
      crew.forget();
      this.#foresight = new Foresight(crew, limits);
    }
    const knowledge = () => ({ aspects: observer.aspects.save(), shapes: observer.shapes });
    const played = await this.#foresight.next(search, knowledge);
    if (played === undefined) return undefined;
    const { capped, offered } = played;
    return { capped, offered, failed: false, learn: () => this.#take(search, played) };
  }

  /** Takes an execution for one that it has run itself. */
  #take(search: TreeSearch, { points, ending, left, capped, heldBack, learnt }: PlayedExecution): void {
    const { observer } = this;
    for (const [at, { options, waiting, event }] of points.entries()) {
      const chosen = search.choose(options, waiting);
      const found = chosen === undefined ? 'nothing' : options[chosen]!;
      if (found === 'nothing' || found.key !== event.key)
        throw new DivergenceError(at + 1, found === 'nothing' ? found : found.label, event.label);
      search.performed(event);
    }
    search.finish(ending, left);
    observer.heldBack ||= heldBack;
    observer.adopt(learnt);
    this.#cappedBy ??= capped;
  }

  save(): SavedState | undefined {
    const { observer } = this;
    if (this.complete) return undefined;
    return {
      search: this.#search.save() as SavedState['search'],
      aspects: observer.aspects.save() as SavedState['aspects'],
      lost: this.#lost,
      ...(this.#cappedBy === undefined ? {} : { cappedBy: this.#cappedBy }),
      heldBack: observer.heldBack,
    };
  }

  restore(state: unknown): void {
    const { search, aspects, lost, cappedBy, heldBack } = state as SavedState;
    const { observer } = this;
    this.#search.restore(search);
    observer.aspects = new Aspects(aspects);
    observer.heldBack = heldBack;
    observer.known = observer.aspects.size;
    this.#lost = lost;
    this.#cappedBy = cappedBy;
  }

  close(): Promise<void> {
    return this.observer.close();
  }

  get #search(): Search {
    return this.observer.search;
  }

  /** Begins anew, knowing more: with what was not known some steps were taken for independent that are not. */
  #restart(known: number): void {
    const { maximal, capped, redundant } = this.#search.counts;
    this.observer.known = known;
    this.#foresight = undefined;
    this.#lost += maximal + capped + redundant + 1;
    this.#cappedBy = undefined;
    this.observer.search = this.createSearch(this.limits);
  }
}
