import type { PartAnswer, PartAsk } from './exhaustive/parts.js';
import type { PrefixAnswer, PrefixAsk } from './prefixes.js';
import type { Sample, SampleRange } from './samplers/shared-samples.js';

/** What a process of a crew can be asked to run, and what it answers. */
export interface CrewTasks {
  /** Executions of a systematic search. */
  readonly prefixes: { readonly ask: PrefixAsk; readonly answer: PrefixAnswer };
  /** Executions of a sampler. */
  readonly samples: { readonly ask: SampleRange; readonly answer: readonly Sample[] };
  /** The first executions of a part of an exhaustive search. */
  readonly part: { readonly ask: PartAsk; readonly answer: PartAnswer };
}
export type CrewTask = keyof CrewTasks;

/** Processes that run executions of one scenario, each on a server of its own. */
export interface Crew {
  /** How many there are. */
  readonly size: number;
  /** Runs something on one of them. Of several that wait, the last one asked for is the first one run. */
  run<Task extends CrewTask>(task: Task, ask: CrewTasks[Task]['ask']): Promise<CrewTasks[Task]['answer']>;
  /** Nobody wants what has not begun any more. */
  forget(): void;
}

/** An execution that was run by a crew. */
export interface Elsewhere {
  /** How it reached a limit, if it did. */
  readonly capped: string | undefined;
  /** Which planned faults could have struck, by their place in the plan. */
  readonly offered: readonly number[];
  /** Something was wrong: it is to be run here, too, to see what. */
  readonly failed: boolean;
  /** Lets the strategy learn from it. */
  readonly learn: () => void;
}
