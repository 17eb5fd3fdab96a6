import type { FaultKind } from '../../faults/catalogue.js';
import type { MapBreak, FaultMapCell, MapPosition } from '../../record/fault-map.js';

/**
 * A part of a fault map that one process makes: some faults, all places. Just data, so that it can be sent.
 *
 * @internal
 */
export interface MapShare {
  /** None: what happens without a fault. */
  readonly kinds: readonly FaultKind[];
  /** At most, in one execution. */
  readonly preemptions: number;
  /** A timer that fires before one that is due earlier counts as a preemption. */
  readonly punctual: boolean;
  /** How many workers there are. */
  readonly workers: number;
  /** Executions at most. */
  readonly runs: number;
  /** Seeds the random numbers of the workers. */
  readonly seed: number;
}

/** One fault at one place, before it is known what breaks without any fault too. @internal */
export interface ShareCell extends Pick<
  FaultMapCell,
  'position' | 'fault' | 'outcome' | 'executions' | 'record' | 'example'
> {
  /** In order of the first break. */
  readonly broken: MapBreak[];
}

/** What came of a share. Just data, too. @internal */
export interface ShareResult {
  /** False when its budget ended before every interleaving was tried. */
  readonly complete: boolean;
  readonly withoutFault: MapBreak[];
  readonly positions: readonly MapPosition[];
  readonly cells: readonly ShareCell[];
  /** Executions without a fault; other shares have them, too. */
  readonly calm: number;
  /** Executions with one. */
  readonly faulty: number;
}
