import type { Sights } from '../sights/sights.js';

/**
 * What the processes of a crew can be asked to run, and what they answer; by name. All of it data that can be sent.
 *
 * @internal
 */
export type TaskMap<Tasks> = {
  readonly [Task in keyof Tasks]: { readonly ask: unknown; readonly answer: unknown };
};

/** Processes that run executions of one scenario, each on a server of its own. @internal */
export interface Crew<Tasks extends TaskMap<Tasks>> {
  /** How many there are. */
  readonly size: number;
  /**
   * Runs something on one of them. Of several that wait, the last one asked for is the first one run.
   *
   * @throws Error when the process is lost, or complains
   */
  run<Task extends keyof Tasks>(task: Task, ask: Tasks[Task]['ask']): Promise<Tasks[Task]['answer']>;
  /** Drops all that was asked for and has not begun: nobody wants it any more. */
  forget(): void;
}

/** What an execution came to that was run by a crew. @internal */
export interface Elsewhere {
  /** How it reached a limit, if it did. */
  readonly capped: string | undefined;
  /** Which planned faults could have struck, by their place in the plan. */
  readonly offered: readonly number[];
  /** What raced in it, and what it reached. */
  readonly sights: Sights;
  /** Something was wrong: it is to be run here, too, to see what. */
  readonly failed: boolean;
  /** Lets the strategy learn from it, in place of `PlannedExecution.learn`. */
  readonly learn: () => void;
}
