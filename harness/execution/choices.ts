import { after } from './steps/after.js';
import type { FaultSpec } from '../faults/spec.js';
import type { Observer } from './stage/observer.js';
import { isForced, type Chooser, type Decision } from './steps/decision.js';

/** One choice as it was made. @internal */
export interface MadeChoice {
  /** Index of the move, or -1 - index of the fault. */
  readonly choice: number;
  /** How many moves there were. */
  readonly moves: number;
  /** How many of them, from the first, preempt nobody. */
  readonly free: number;
  readonly faults: number;
  /** Index of the step that it led to. */
  readonly step: number;
}

/** What was chosen so far in one execution. A class for the same reason as `Flow`. @internal */
export class Choices {
  /** Why the step limit ended it, if it did. */
  capped: string | undefined = undefined;
  /** The observer gave it up. */
  abandoned = false;
  readonly made: MadeChoice[] = [];
  preemptions = 0;
  faults = 0;
  /** Planned faults that could have struck somewhere. */
  readonly offered = new Set<FaultSpec>();

  /**
   * Asks the chooser, unless there is nothing to choose.
   *
   * @param step - index of the step that it leads to
   * @throws RangeError for a choice that is none of these
   */
  ask(chooser: Chooser, decision: Decision, step: number): number {
    if (decision.moves.length === 0) return this.#noted(decision, chooser.last!(decision), step);
    if (isForced(decision)) {
      chooser.forced?.(decision.moves[0]!);
      return 0;
    }
    return this.#noted(decision, chooser.choose(decision), step);
  }

  /**
   * Asks the observer, at every point.
   *
   * @param step - index of the step that it leads to
   * @returns undefined when it gives the execution up
   * @throws RangeError for a choice that is none of these
   */
  follow(
    observer: Observer,
    decision: Decision,
    step: number,
  ): number | undefined | Promise<number | undefined> {
    return after(observer.decide(decision), (choice) =>
      choice === undefined || isForced(decision) ? choice : this.#noted(decision, choice, step),
    );
  }

  #noted({ moves, faults, free }: Decision, choice: number, step: number): number {
    // Where nothing can move, 0 is the end.
    if (choice >= Math.max(1, moves.length) || -choice > faults.length) {
      throw new RangeError(`choice ${choice} of ${moves.length} moves and ${faults.length} faults`);
    }
    this.made.push({ choice, moves: moves.length, free, faults: faults.length, step });
    return choice;
  }
}
