import type { FaultKind } from '../../faults/catalogue.js';
import type { FaultSpec } from '../../faults/spec.js';
import type { Stage } from '../stage/stage.js';
import type { Move } from '../steps/move.js';

/** How one kind of fault is done; without a type argument, one that needs no parameters of its own. @internal */
export interface FaultAction<K extends FaultKind = FaultKind> {
  /**
   * May it strike at this move now? Asked only for moves of the kind that it is aimed at, after its aim; left out
   * where nothing else is to be asked.
   */
  readonly applies?: (stage: Stage, move: Move, spec: FaultSpec<K>) => boolean;
  /** Records the step and does it. */
  readonly inject: (stage: Stage, move: Move, spec: FaultSpec<K>) => Promise<void>;
}
