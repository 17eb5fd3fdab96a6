import type { Environment } from '../execution/environment.js';
import type { Scenario } from '../scenario.js';
import type { CrewTask, CrewTasks } from './crew.js';
import { PartRunner } from './exhaustive/part-runner.js';
import { runPrefixes } from './prefix-runner.js';
import { runSamples } from './samplers/shared-samples.js';

/** One of a crew: runs what it is asked to, with the Redis of its process. */
export class Hand {
  readonly #parts: PartRunner;

  /** @param seed - of the random numbers of the workers */
  constructor(
    readonly environment: Environment,
    readonly scenario: Scenario,
    readonly seed: number,
  ) {
    this.#parts = new PartRunner(environment, scenario, seed);
  }

  run<Task extends CrewTask>(task: Task, ask: CrewTasks[Task]['ask']): Promise<CrewTasks[Task]['answer']> {
    return this.#tasks[task](ask);
  }

  /** Gives back what it holds on the server. */
  close(): Promise<void> {
    return this.#parts.close();
  }

  readonly #tasks: {
    readonly [Task in CrewTask]: (ask: CrewTasks[Task]['ask']) => Promise<CrewTasks[Task]['answer']>;
  } = {
    prefixes: (ask) => runPrefixes(this.environment, this.scenario, ask, this.seed),
    samples: (range) => runSamples(this.environment, this.scenario, range, this.seed),
    part: (ask) => this.#parts.run(ask),
  };
}
