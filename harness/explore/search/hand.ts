import type { Environment } from '../../execution/host/environment.js';
import type { Scenario } from '../../scenario/types.js';
import { PartRunner } from '../exhaustive/part-runner.js';
import { runSamples } from '../sampling/sample-runner.js';
import { RaceWatch } from '../sights/race-watch.js';
import { leftToLeader } from '../strategy/left-to-leader.js';
import { runPrefixes } from '../systematic/prefix-runner.js';
import { runTape } from '../tape/run-tape.js';
import { Tape } from '../tape/tape.js';
import type { CrewTask, CrewTasks } from './crew-tasks.js';

/** One of a crew: runs what it is asked to, with the Redis of its process. @internal */
export class Hand {
  readonly #parts: PartRunner;
  readonly #watch: RaceWatch;
  #warm: Promise<void> | undefined;

  /** @param seed - of the random numbers of the workers */
  constructor(
    readonly environment: Environment,
    readonly scenario: Scenario,
    readonly seed: number,
  ) {
    this.#watch = new RaceWatch(environment);
    this.#parts = new PartRunner(environment, scenario, seed, this.#watch);
  }

  /** @throws Error when the Redis of this process is gone */
  async run<Task extends CrewTask>(
    task: Task,
    ask: CrewTasks[Task]['ask'],
  ): Promise<CrewTasks[Task]['answer']> {
    await (this.#warm ??= this.#warmUp());
    return await this.#tasks[task](ask);
  }

  /** The first execution of a process may be another one than all later ones: libraries prepare themselves then. */
  async #warmUp(): Promise<void> {
    try {
      await runTape(this.environment, this.scenario, new Tape([]), { seed: this.seed });
    } catch (error) {
      leftToLeader(error);
    }
  }

  /** Gives back what it holds on the server. */
  close(): Promise<void> {
    return this.#parts.close();
  }

  readonly #tasks: {
    readonly [Task in CrewTask]: (ask: CrewTasks[Task]['ask']) => Promise<CrewTasks[Task]['answer']>;
  } = {
    prefixes: (ask) => runPrefixes(this.environment, this.scenario, ask, this.seed, this.#watch),
    samples: (range) => runSamples(this.environment, this.scenario, range, this.seed, this.#watch),
    part: (ask) => this.#parts.run(ask),
  };
}
