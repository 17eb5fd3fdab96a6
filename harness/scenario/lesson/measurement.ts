/**
 * What a measurement may use.
 *
 * @public
 */
export interface MeasureContext {
  /** Aborted when nobody wants to know any more. */
  readonly signal: AbortSignal;
  /** Says something about what goes on, in one line. */
  readonly note: (line: string) => void;
}

/**
 * What was measured. Nothing in it is right or wrong: it is what this machine did, this time.
 *
 * @public
 */
export interface Measured {
  /** In one line. */
  readonly summary: string;
  /** Every number, by a name that says its unit: `stallMs`. */
  readonly figures: Readonly<Record<string, number>>;
  /** It was worked out, not measured, and is the same everywhere. Default: false. */
  readonly computed?: boolean;
  /** What could not be measured here, and why. */
  readonly missing?: readonly string[];
  /** Pictures as SVG, by a short name: `timeline`. */
  readonly pictures?: Readonly<Record<string, string>>;
}

/**
 * Something to be measured on a real system, where time and load decide what comes out. It has no expected verdict, and
 * no run fails because of what came out.
 *
 * @public
 */
export interface Measurement {
  /** Short name, as on the command line: `backlog-511`. */
  readonly name: string;
  /** What it shows, in one line. */
  readonly title: string;
  /**
   * Measures. It starts what it needs, and leaves nothing behind. @throws NotMeasurable where this system does not offer
   * what it takes
   */
  readonly measure: (context: MeasureContext) => Promise<Measured>;
}

/**
 * This cannot be measured here. The message says why; a run does not fail because of it.
 *
 * @example
 * ```ts
 * import { NotMeasurable } from 'redis-race-lab/lab';
 *
 * console.log(new NotMeasurable('accept queues are measured on Linux only').name); // NotMeasurable
 * ```
 * @public
 */
export class NotMeasurable extends Error {
  /** What it is called where it is printed. */
  override readonly name = 'NotMeasurable';
}
