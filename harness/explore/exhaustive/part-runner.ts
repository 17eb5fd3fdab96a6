import type { Environment } from '../../execution/environment.js';
import { execute } from '../../execution/execution.js';
import type { Scenario } from '../../scenario.js';
import { OptimalSearch } from '../dpor/optimal.js';
import type { Ending } from '../dpor/search.js';
import type { Node } from '../dpor/tree-search.js';
import type { Event, Trace } from '../event.js';
import { Exhaustive } from './exhaustive.js';
import type { PartAnswer, PartAsk, PlayedExecution } from './parts.js';
import { leftToLeader } from '../left-to-leader.js';

/**
 * Explores parts of an exhaustive search for another process, and keeps what each execution was like. It gives up
 * where an execution can only be understood by whoever knows the whole search: one with which something is wrong, or
 * from which there is more to learn than the order of steps.
 */
export class PartRunner {
  #strategy: Exhaustive | undefined;

  /** @param seed - of the random numbers of the workers */
  constructor(
    readonly environment: Environment,
    readonly scenario: Scenario,
    readonly seed: number,
  ) {}

  async run({ limits, part, executions, aspects, shapes }: PartAsk): Promise<PartAnswer> {
    const strategy = (this.#strategy ??= new Exhaustive(limits));
    const { observer } = strategy;
    const search = new RecordedSearch(limits);
    search.enter(part);
    observer.search = search;
    observer.enter(this.environment.control, aspects, shapes);
    const played: PlayedExecution[] = [];
    while (played.length < executions) {
      if (!search.start()) return { played, rest: undefined, refused: undefined };
      const plan = search.plan;
      const one = await this.#play(strategy, search, plan);
      if (one === undefined) return { played, rest: undefined, refused: plan };
      played.push(one);
    }
    return { played, rest: search.complete ? undefined : search.rest, refused: undefined };
  }

  /** Gives back what it holds on the server. */
  async close(): Promise<void> {
    await this.#strategy?.close();
  }

  async #play(
    strategy: Exhaustive,
    search: RecordedSearch,
    plan: string,
  ): Promise<PlayedExecution | undefined> {
    const { environment, scenario, seed } = this;
    const { observer } = strategy;
    observer.heldBack = false;
    try {
      const result = await execute(environment, scenario, { chooser: strategy, observer, seed });
      observer.ended();
      if (result.finding !== undefined || observer.blind || observer.aspects.size > observer.known)
        return undefined;
      const capped = strategy.cappedBy(result);
      strategy.learn(result);
      const { heldBack } = observer;
      const { offered } = result;
      return { plan, ...search.taken(), capped, offered, heldBack, learnt: observer.takeLearnt() };
    } catch (error) {
      return leftToLeader(error);
    }
  }
}

/** A search that keeps what its last execution was like. */
class RecordedSearch extends OptimalSearch {
  readonly #interned = new Map<string, Event>();
  #trace!: Trace;
  #ending!: Ending;

  /** The execution that ended last. */
  taken(): Pick<PlayedExecution, 'points' | 'ending' | 'left'> {
    const { points, left } = this.#trace;
    return { points, ending: this.#ending, left };
  }

  override choose(options: readonly Event[], waiting: readonly Event[] = []): number | undefined {
    return super.choose(
      options.map((option) => this.#intern(option)),
      waiting.map((event) => this.#intern(event)),
    );
  }

  override performed(event: Event): void {
    super.performed(this.#intern(event));
  }

  override finish(ending: Ending, left?: readonly Event[]): void {
    this.#ending = ending;
    super.finish(ending, left);
  }

  protected override learn(trace: Trace, path: readonly Node[]): void {
    this.#trace = trace;
    super.learn(trace, path);
  }

  /** Equal events become one and the same: a message that names one often holds it once. */
  #intern(event: Event): Event {
    const text = JSON.stringify(event);
    const known = this.#interned.get(text);
    if (known === undefined) this.#interned.set(text, event);
    return known ?? event;
  }
}
