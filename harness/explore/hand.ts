import type { Environment } from '../execution/environment.js';
import type { Scenario } from '../scenario.js';
import type { CrewTask, CrewTasks, Outline } from './crew.js';
import { PartRunner } from './exhaustive/part-runner.js';
import { runSamples } from './samplers/shared-samples.js';
import { runTape } from './shrink-failure.js';
import { Tape } from './tape.js';

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
    tape: (choices) => this.#tape(choices),
    samples: (range) => runSamples(this.environment, this.scenario, range, this.seed),
    part: (ask) => this.#parts.run(ask),
  };

  async #tape(choices: readonly number[]): Promise<Outline> {
    const { environment, scenario, seed } = this;
    const { result } = await runTape(environment, scenario, new Tape(choices), { seed });
    const { capped, offered, finding } = result;
    return { choices: result.choices, capped, offered, failed: finding !== undefined };
  }
}
