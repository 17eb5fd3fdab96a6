import type { ExecutionResult } from '../execution/execution.js';
import type { PartAnswer, PartAsk } from './exhaustive/parts.js';
import type { Sample, SampleRange } from './samplers/shared-samples.js';
import type { Strategy } from './strategy.js';

/** What an execution came to, as far as a search needs it. Made in another process, so just data. */
export interface Outline extends Pick<ExecutionResult, 'choices' | 'capped' | 'offered'> {
  /** Something was wrong. */
  readonly failed: boolean;
}

/** What a process of a crew can be asked to run, and what it answers. */
export interface CrewTasks {
  /** One execution. */
  readonly tape: { readonly ask: readonly number[]; readonly answer: Outline };
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

/** A strategy that knows, before they begin, on which tapes it will want executions. */
export interface Foresighted extends Strategy {
  /** The tape of the execution that was started. */
  readonly tape: readonly number[];
  /** Tapes of those after it, the very next one first. More of them may come in between as it learns. */
  ahead(count: number): readonly (readonly number[])[];
}

/** Executions asked for in advance, for each process: it never runs dry while answers are on their way. */
const AHEAD = 24;
/** Executions that were run and not wanted yet. Beyond it only the very next one is run. */
const KEPT_MAX = 4096;

/**
 * Lets a crew run executions before the strategy asks for them. An execution is a function of its tape, so it does
 * not matter who ran it, or when: the strategy takes the outlines in its own order and comes to the same result,
 * execution for execution, whatever the size of the crew.
 */
export class Speculation {
  readonly #known = new Map<string, Promise<Outline>>();

  constructor(
    readonly strategy: Foresighted,
    readonly crew: Crew,
  ) {}

  /** What the execution that was started comes to. */
  async outline(): Promise<Outline> {
    const { tape } = this.strategy;
    const ahead = this.strategy.ahead(AHEAD * this.crew.size);
    // The last one asked for is run first.
    for (const other of ahead.toReversed()) if (this.#known.size < KEPT_MAX) void this.#ask(other);
    const outline = this.#ask(tape);
    this.#known.delete(tape.join());
    return await outline;
  }

  #ask(tape: readonly number[]): Promise<Outline> {
    const key = tape.join();
    let outline = this.#known.get(key);
    if (outline === undefined) {
      outline = this.crew.run('tape', tape);
      // What is never wanted may fail; what is wanted is awaited.
      outline.catch(() => {});
      this.#known.set(key, outline);
    }
    return outline;
  }
}
