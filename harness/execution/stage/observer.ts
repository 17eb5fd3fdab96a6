import type { History } from '../../check/history.js';
import type { Choice, Decision } from '../steps/decision.js';
import type { PerformedStep } from '../steps/step.js';
import type { Stage } from './stage.js';

/**
 * Follows an execution from inside: for searches that must know what every step touched, also where there was
 * nothing to choose.
 *
 * @internal
 */
export interface Observer {
  /** Everybody stands at the first step. */
  begin(stage: Stage): Promise<void>;
  /**
   * Asked instead of the chooser, at every point, also where there is one possibility only.
   *
   * @returns undefined to give this execution up
   */
  decide(decision: Decision): Choice | undefined | Promise<Choice | undefined>;
  /** It decides, too, where nothing can move any more and a fault could strike: see `Chooser.last`. */
  readonly asksAtTheEnd?: boolean;
  /** The step was performed, and everything has settled. @returns undefined when nothing is to be waited for */
  performed(step: PerformedStep): Promise<void> | undefined;
  /** Nothing more is performed, and nothing was judged yet. */
  atEnd?(): Promise<void>;
  /** What an invariant is given as the history. @param invariant - its name */
  lens(history: History, invariant: string): History;
}
