import type { Environment } from '../../execution/host/environment.js';
import { execute } from '../../execution/execution.js';
import type { Scenario } from '../../scenario/types.js';
import { Exhaustive } from './exhaustive.js';
import type { PartAnswer, PartAsk, PlayedExecution } from './parts.js';
import { RecordedSearch } from './recorded-search.js';
import { RaceWatch } from '../sights/race-watch.js';
import { leftToLeader } from '../strategy/left-to-leader.js';

/**
 * Explores parts of an exhaustive search for another process, and keeps what each execution was like. It gives up
 * where an execution can only be understood by whoever knows the whole search: one with which something is wrong, or
 * from which there is more to learn than the order of steps.
 *
 * @internal
 */
export class PartRunner {
  #strategy: Exhaustive | undefined;

  /**
   * @param seed - of the random numbers of the workers
   * @param watch - looks for what races
   */
  constructor(
    readonly environment: Environment,
    readonly scenario: Scenario,
    readonly seed: number,
    readonly watch = new RaceWatch(environment),
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
    try {
      const result = await execute(environment, scenario, { chooser: strategy, observer, seed });
      observer.ended();
      if (result.finding !== undefined || observer.commands.blind || observer.aspects.size > observer.known)
        return undefined;
      const capped = strategy.cappedBy(result);
      await strategy.learn(result);
      const { heldBack } = observer.now;
      const { offered } = result;
      const learnt = observer.commands.takeLearnt();
      const sights = await this.watch.see(result);
      return { plan, ...search.taken(), capped, offered, sights, heldBack, learnt };
    } catch (error) {
      return leftToLeader(error);
    }
  }
}
