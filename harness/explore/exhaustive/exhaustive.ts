import { defined } from '../../base/defined.js';
import type { ExecutionResult } from '../../execution/execution.js';
import type { Choice } from '../../execution/steps/decision.js';
import { DivergenceError } from '../dpor/divergence.js';
import type { Crew, Elsewhere } from '../strategy/crew.js';
import type { Ending } from '../dpor/search.js';
import type { CostLimits } from '../events/event.js';
import type { PlannedExecution, Resumable, Strategy, StrategyStatus } from '../strategy/strategy.js';
import type { Bounds } from '../../record/verdict.js';
import { Aspects } from './observer/aspects.js';
import { Foresight } from './foresight.js';
import { LiveObserver, type LiveSearch } from './observer/observer.js';
import type { PartTasks, TakenExecution } from './parts.js';
import type { CreatePredicting, Predicting } from './predicting.js';
import type { SavedState } from './saved-state.js';
import { TracedSearch } from './traced-search.js';

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
 *
 * @internal
 */
export class Exhaustive implements Strategy<PartTasks>, PlannedExecution<PartTasks>, Resumable<SavedState> {
  readonly observer: LiveObserver;
  /** Executions of searches that were given up for a better one. */
  #lost = 0;
  /** Executions of this search that were composed, and not run. */
  #composed = 0;
  #cappedBy: string | undefined;
  #foresight: Foresight | undefined;
  readonly #predicting: Predicting | undefined;

  /**
   * @param limits - faults and early timers at most in one execution
   * @param createSearch - another search, for comparison
   * @param predicting - makes what predicts executions, so that not all have to be run
   */
  constructor(
    readonly limits: CostLimits,
    readonly createSearch: (limits: CostLimits) => LiveSearch = (bounds) => new TracedSearch(bounds),
    predicting?: CreatePredicting,
  ) {
    this.observer = new LiveObserver(createSearch(limits), limits, predicting?.commands);
    this.#predicting = predicting?.of(this.observer);
  }

  get status(): StrategyStatus {
    const { counts, estimate } = this.#search;
    const { maximal, capped, redundant, pending } = counts;
    const cappedBy = this.#cappedBy;
    return {
      name: 'exhaustive',
      bounds: this.#bounds,
      complete: this.complete,
      pending,
      estimate,
      tally: { executions: maximal + capped, capped, cappedBy, redundant: redundant + this.#lost },
    };
  }

  get #bounds(): Bounds {
    const { fault, delay } = this.limits;
    // A limit that nothing ever reached is none.
    const { heldBack, alike } = this.observer;
    return {
      preemptions: undefined,
      faults: fault,
      ...defined({
        delays: heldBack.own ? delay : undefined,
        clientTimers: heldBack.clients ? (false as const) : undefined,
        alike: alike ? (true as const) : undefined,
      }),
    };
  }

  get complete(): boolean {
    return this.#search.complete && this.#search.counts.capped === 0;
  }

  start(): this | undefined {
    return this.#search.start() ? this : undefined;
  }

  choose(): Choice {
    throw new Error('an execution of the exhaustive search needs its observer');
  }

  async predicted(): Promise<Elsewhere | undefined> {
    const search = this.#search;
    // The first one is always run: what the setup leaves behind is seen then.
    if (this.observer.deadlines === undefined) return undefined;
    const played = await this.#predicting?.next(search);
    if (played === undefined) return undefined;
    const elsewhere = this.#as(search, played);
    const learn = (): void => {
      elsewhere.learn();
      this.#composed += 1;
    };
    return { ...elsewhere, learn };
  }

  learn(result: ExecutionResult): void | Promise<void> {
    const search = this.#search;
    this.#learn(result, this.observer);
    if (this.#predicting === undefined || !(search instanceof TracedSearch)) return undefined;
    return this.#predicting.learned(result, search === this.#search ? search.taken() : undefined);
  }

  #learn(result: ExecutionResult, observer: LiveObserver): void {
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

  async elsewhere(crew: Crew<PartTasks>): Promise<Elsewhere | undefined> {
    const search = this.#search;
    const { observer, limits } = this;
    // The first one is run here: what the setup leaves behind is seen then; so are those that others are composed of.
    if (observer.deadlines === undefined || search.keys.length === 0) return undefined;
    if (this.#predicting?.goesOn === true) return undefined;
    if (this.#foresight === undefined) {
      crew.forget();
      this.#foresight = new Foresight(crew, limits);
    }
    const knowledge = () => ({ aspects: observer.aspects.save(), shapes: observer.commands.shapes });
    const played = await this.#foresight.next(search, knowledge);
    return played && this.#as(search, played);
  }

  #as(search: LiveSearch, played: TakenExecution): Elsewhere {
    const { capped, offered, sights } = played;
    return { capped, offered, sights, failed: false, learn: () => this.#take(search, played) };
  }

  /** Takes an execution for one that it has run itself. */
  #take(search: LiveSearch, taken: TakenExecution): void {
    const { observer } = this;
    const { points, resumed = 0, ending, left, capped, heldBack, learnt } = taken;
    search.resume(points.slice(0, resumed));
    for (const [at, { options, waiting, event }] of points.entries()) {
      if (at < resumed) continue;
      const chosen = search.choose(options, waiting);
      const found = chosen === undefined ? 'nothing' : options[chosen]!;
      if (found === 'nothing' || found.key !== event.key)
        throw new DivergenceError(at + 1, found === 'nothing' ? found : found.label, event.label);
      search.performed(event);
    }
    search.finish(ending, left);
    observer.addHeldBack(heldBack);
    observer.commands.adopt(learnt);
    this.#cappedBy ??= capped;
  }

  save(): SavedState | undefined {
    const { observer } = this;
    if (this.complete) return undefined;
    return {
      search: this.#search.save(),
      aspects: observer.aspects.save(),
      lost: this.#lost,
      ...defined({ cappedBy: this.#cappedBy }),
      ...(this.#composed === 0 ? {} : { composed: this.#composed }),
      heldBack: observer.heldBack,
    };
  }

  restore({ search, aspects, lost, composed = 0, cappedBy, heldBack }: SavedState): void {
    const { observer } = this;
    this.#search.restore(search);
    observer.aspects = new Aspects(aspects);
    observer.heldBack = heldBack;
    observer.known = observer.aspects.size;
    this.#lost = lost;
    this.#composed = composed;
    this.#cappedBy = cappedBy;
  }

  close(): Promise<void> {
    return this.observer.close();
  }

  get #search(): LiveSearch {
    return this.observer.search;
  }

  /** Begins anew, knowing more: some steps were taken for independent that are not. */
  #restart(known: number): void {
    const { maximal, capped, redundant } = this.#search.counts;
    this.observer.known = known;
    this.#foresight = undefined;
    this.#lost += maximal + capped + redundant + 1 - this.#composed;
    this.#composed = 0;
    this.#cappedBy = undefined;
    this.observer.search = this.createSearch(this.limits);
  }
}
