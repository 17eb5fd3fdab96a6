import type { Stage } from '../../../execution/stage/stage.js';
import type { Decision } from '../../../execution/steps/decision.js';
import type { PerformedStep } from '../../../execution/steps/step.js';
import type { Event } from '../../events/event.js';
import type { Option } from './options.js';

/** Sees what an observer sees of the executions that are run. @internal */
export interface Witness {
  /** Everybody stands at the first step. */
  began(stage: Stage): void;
  /** One of these may come next. */
  decides(decision: Decision): void;
  /** This comes next; undefined where that is no choice of the search. */
  chosen(option: Option | undefined): Promise<void> | undefined;
  /** The step was performed and everything has settled; nobody has looked at it yet. */
  stepped(step: PerformedStep): void;
  /** An invariant is about to look. @returns to be called when it does, at the store or at the history */
  judges(invariant: string): () => void;
  /** All that it turned out to be. */
  performed(event: Event): Promise<void>;
}
