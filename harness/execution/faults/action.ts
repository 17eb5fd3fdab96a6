import type { FaultSpec } from '../../wire/fault-spec.js';
import type { Stage } from '../stage.js';
import type { Move } from '../step.js';

/** How one kind of fault is done. */
export interface FaultAction {
  /**
   * May it strike at this move now? Asked only for moves of the kind that it is aimed at, after its aim; left out
   * where nothing else is to be asked.
   */
  readonly applies?: (stage: Stage, move: Move, spec: FaultSpec) => boolean;
  /** Records the step and does it. */
  readonly inject: (stage: Stage, move: Move, spec: FaultSpec) => Promise<void>;
}
