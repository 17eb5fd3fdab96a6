import type { Environment } from '../../execution/host/environment.js';
import type { Scenario } from '../../scenario/types.js';
import type { AnyCrew, CrewTask, CrewTasks } from '../search/crew-tasks.js';
import { Hand } from '../search/hand.js';

type Answer = CrewTasks[CrewTask]['answer'];

/** A crew in this process: a hand for each server, which does one thing after the other, the last one asked for first. */
export class CrewOfHands implements AnyCrew {
  /** What was answered, in order. */
  readonly answers: Answer[] = [];
  /** May change an answer before it is given. */
  onAnswer: (answer: Answer) => void = () => {};
  readonly #wanted: ((hand: Hand) => Promise<void>)[] = [];
  readonly #hands: readonly Hand[];
  readonly #idle: Hand[];

  /**
   * @param environments - of the hands
   * @param size - what it says that it has; default: the number of hands
   */
  constructor(
    environments: readonly Environment[],
    scenario: Scenario,
    readonly size = environments.length,
  ) {
    this.#hands = environments.map((environment) => new Hand(environment, scenario, 1));
    this.#idle = [...this.#hands];
  }

  /** Executions that were run so far, those included that nobody wanted. */
  get executions(): number {
    return this.answers
      .map((answer) => ('played' in answer ? answer.played : answer).length)
      .reduce((sum, length) => sum + length, 0);
  }

  run<Task extends CrewTask>(task: Task, ask: CrewTasks[Task]['ask']): Promise<CrewTasks[Task]['answer']> {
    return new Promise((resolve, reject) => {
      this.#wanted.push(async (hand) => {
        try {
          // What another process is told, and what it answers, is a copy.
          const answer = structuredClone(await hand.run(task, structuredClone(ask)));
          this.answers.push(answer);
          this.onAnswer(answer);
          resolve(answer);
        } catch (error) {
          reject(error);
        }
      });
      setImmediate(() => this.#next());
    });
  }

  forget(): void {
    this.#wanted.length = 0;
  }

  /** Gives back what it holds on the servers. */
  async close(): Promise<void> {
    for (const hand of this.#hands) await hand.close();
  }

  #next(): void {
    if (this.#wanted.length === 0) return;
    const hand = this.#idle.shift();
    if (hand === undefined) return;
    void this.#wanted.pop()!(hand).finally(() => {
      this.#idle.push(hand);
      this.#next();
    });
  }
}
