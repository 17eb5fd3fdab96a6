import type { FaultSpec } from '../../faults/spec.js';
import type { Move } from './move.js';

/** A fault that could be injected next, and the move that it is aimed at. @internal */
export interface FaultMove {
  readonly spec: FaultSpec;
  readonly at: Move;
}

/** What the lab has to choose from at one point of an execution. @internal */
export interface Decision {
  /** Steps that could be performed; the first is the calm choice. */
  readonly moves: readonly Move[];
  /** Faults that could be injected instead. */
  readonly faults: readonly FaultMove[];
  /** How many moves, from the first, preempt nobody; the others take the processor from a worker that could go on. */
  readonly free: number;
}

/** Index into `moves`, or -1 - index into `faults`. 0 is the calm choice. @internal */
export type Choice = number;

/** Decides what comes next. @internal */
export interface Chooser {
  choose(decision: Decision): Choice;
  /**
   * Asked when nothing can move any more and somebody still waits, but a fault could strike: 0 is the end of the
   * execution, and so it is where this is left out.
   */
  last?(decision: Decision): Choice;
  /** Told of a step that is performed without a choice, being the only thing that could happen. */
  forced?(move: Move): void;
}

/** Is there one thing only that could happen? Then it is no choice, and not on the tape. @internal */
export function isForced({ moves, faults }: Decision): boolean {
  return moves.length === 1 && faults.length === 0;
}
