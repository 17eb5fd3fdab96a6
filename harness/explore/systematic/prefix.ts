import type { Choice } from '../../execution/steps/decision.js';
import type { Sights } from '../sights/sights.js';

/** A tape that was not run yet, behind whose end everything is calm. @internal */
export type Prefix = readonly Choice[];

/**
 * What an execution of a systematic search came to, as far as the search needs it. Made in another process, so just data.
 *
 * @internal
 */
export interface Outline {
  readonly prefix: Prefix;
  /** Numbers of moves, of moves that preempt nobody, and of faults, one choice after the other behind the prefix. */
  readonly points: readonly number[];
  /** Moves behind the prefix that are outside of the bounds: place of the choice on the tape, and move, pair by pair. */
  readonly beyond: readonly number[];
  /** How it reached a limit, if it did. */
  readonly capped: string | undefined;
  /** Which planned faults could have struck, by their place in the plan. */
  readonly offered: readonly number[];
  /** What raced in it, and what it reached. */
  readonly sights: Sights;
  /** Something was wrong: the first process sees for itself. */
  readonly failed: boolean;
}

/**
 * Prefixes, each with all that follow from it without another preemption or fault: together closed in themselves.
 *
 * @internal
 */
export interface PrefixAsk {
  /** The first one first. */
  readonly prefixes: readonly Prefix[];
  /** Executions at most. */
  readonly executions: number;
  /** Timeouts and pauses of clients may be early. */
  readonly clientTimers: boolean;
}

/** What another process made of some prefixes. @internal */
export interface PrefixAnswer {
  /** In the order of the search, up to the first with which something is wrong. */
  readonly played: readonly Outline[];
  /** What is left, the first one first. */
  readonly rest: readonly Prefix[];
}

/** A search that can say what it is going to run. @internal */
export interface PrefixSource {
  /** The prefix of the execution that was started. */
  readonly prefix: Prefix;
  /** Timeouts and pauses of clients may be early. */
  readonly clientTimers: boolean;
  /** What it knows to be left, the very next one first; more may come in between as it learns. One object each. */
  waiting(): Iterable<{ readonly prefix: Prefix }>;
}

/** What a systematic search asks of a crew. @internal */
export interface PrefixTasks {
  readonly prefixes: { readonly ask: PrefixAsk; readonly answer: PrefixAnswer };
}
