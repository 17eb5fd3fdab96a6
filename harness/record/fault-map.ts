import { z } from 'zod';
import type { FaultKind } from '../faults/catalogue.js';
import { faultKind, raceFile, recordSchema, type RaceRecord } from './format.js';

/** Version of the file of fault maps that this code writes. @internal */
export const MAPS_FORMAT = 1;

const { tape, steps } = recordSchema.shape;

const cellOutcome = z.enum(['holds', 'handled', 'breaks', 'hangs', 'unknown']);

const broken = z.object({ invariant: z.string(), preemptions: z.number().int().nonnegative() });

const position = z.object({ position: z.string(), command: z.string() });

const cell = z.object({
  /** Place in the worker's own order of commands: `1`, or `w2.1` where workers differ. */
  position: z.string(),
  fault: faultKind,
  outcome: cellOutcome,
  /** Every invariant that broke, in order of its first break. */
  broken: z.array(z.string()),
  /** Broke, but only what breaks without any fault too, with as few preemptions. */
  alsoWithout: z.boolean(),
  executions: z.number().int().positive(),
  /** The first failing execution: one with the fewest preemptions. */
  record: recordSchema.exactOptional(),
  /** Where none failed, the first execution with this fault. Maps of older versions have none. */
  example: z.object({ tape, steps }).exactOptional(),
});

const mapBound = z.object({
  faults: z.array(faultKind),
  preemptions: z.number().int().nonnegative(),
  /**
   * A timer that fires before one that is due earlier: `free`, or a preemption like any other. The latter where a client
   * that tries to reconnect for ever would make too many executions that differ in nothing else.
   */
  earlyTimers: z.enum(['free', 'preempt']),
});

const faultMap = z.object({
  format: z.literal(MAPS_FORMAT),
  lab: z.string().exactOptional(),
  variant: z.string().exactOptional(),
  file: raceFile.exactOptional(),
  scenario: z.string(),
  workers: z.number().int().positive(),
  /** Of the random numbers of the workers; absent where it is the usual one, 1. */
  seed: z.number().int().exactOptional(),
  bounds: z.array(mapBound),
  /** False when the budget ended before every interleaving was tried. */
  complete: z.boolean(),
  executions: z.number().int().nonnegative(),
  /** What breaks without any fault, and the fewest preemptions that it takes. */
  withoutFault: z.array(broken),
  positions: z.array(position),
  cells: z.array(
    cell.refine(
      ({ outcome, record }) => (outcome !== 'breaks' && outcome !== 'hangs') || record !== undefined,
      { path: ['record'], error: 'a failing cell without its record' },
    ),
  ),
});

/** What `race-lab map --out` writes. @internal */
export const mapsSchema = z.object({ format: z.literal(MAPS_FORMAT), maps: z.array(faultMap) });

/**
 * What one fault at one place did, over all interleavings within the bound. `handled`: nothing broke, and the error
 * reached the worker, which dealt with it. `holds`: nothing broke and nobody noticed. `unknown`: the step limit was hit.
 *
 * @public
 */
export type CellOutcome = 'holds' | 'handled' | 'breaks' | 'hangs' | 'unknown';

/**
 * An invariant that broke, and the fewest preemptions that it took.
 *
 * @public
 */
export interface MapBreak {
  /** Id of the invariant. */
  readonly invariant: string;
  /** Of the execution with the fewest. */
  readonly preemptions: number;
}

/**
 * A place where a fault may strike, and what is done there.
 *
 * @public
 */
export interface MapPosition {
  /** Place in the worker's own order of commands: `1`, or `w2.1` where workers differ. */
  readonly position: string;
  /** The command there, as it was first seen. */
  readonly command: string;
}

/**
 * One fault at one place.
 *
 * @public
 */
export interface FaultMapCell {
  /** Where. */
  readonly position: string;
  /** Which. */
  readonly fault: FaultKind;
  /** What it did. */
  readonly outcome: CellOutcome;
  /** Every invariant that broke, in order of its first break. */
  readonly broken: string[];
  /** Broke, but only what breaks without any fault too, with as few preemptions. */
  readonly alsoWithout: boolean;
  /** Executions with this fault there. */
  readonly executions: number;
  /** The first failing execution: one with the fewest preemptions. */
  readonly record?: RaceRecord;
  /** Where none failed, the first execution with this fault. */
  readonly example?: Pick<RaceRecord, 'tape' | 'steps'>;
}

/**
 * How much was tried with some faults.
 *
 * @public
 */
export interface MapBound {
  /** These. */
  readonly faults: FaultKind[];
  /** At most, in one execution. */
  readonly preemptions: number;
  /** A timer that fires before one that is due earlier is free, or a preemption like any other. */
  readonly earlyTimers: 'free' | 'preempt';
}

/**
 * Every command of a scenario × every fault, and what each combination broke.
 *
 * @public
 */
export interface FaultMap {
  /** Version of this format. */
  readonly format: 1;
  /** Id of its lab, where it has one. */
  readonly lab?: string;
  /** Name of its variant, where it has one. */
  readonly variant?: string;
  /** The race file that it is from, where it is from one, and the hash of its text at that time. */
  readonly file?: { readonly path: string; readonly sha256: string };
  /** Name of the scenario. */
  readonly scenario: string;
  /** How many took part. */
  readonly workers: number;
  /** Of the random numbers of the workers; absent where it is the usual one, 1. */
  readonly seed?: number;
  /** How much was tried. */
  readonly bounds: MapBound[];
  /** False when the budget ended before every interleaving was tried. */
  readonly complete: boolean;
  /** In all. */
  readonly executions: number;
  /** What breaks without any fault, and the fewest preemptions that it takes. */
  readonly withoutFault: MapBreak[];
  /** Its columns. */
  readonly positions: MapPosition[];
  /** What each fault did at each place where it could strike. */
  readonly cells: FaultMapCell[];
}
