import { dependent, type Footprint } from '../events/footprint.js';

/** A step as samplers see it. @internal */
export interface Step {
  /** The same step has the same name in every execution: `w1.3`. */
  readonly id: string;
  /** What goes on in its own order: a connection, the timers of a worker. The same name in every execution. */
  readonly thread: string;
  /** Whose step it is; threads of one worker depend on each other. */
  readonly worker: number;
  readonly footprint: Footprint;
  /** Its thread had been waiting for time to pass: it gives way to the others. */
  readonly pause: boolean;
}

/** May the order of two steps matter? @internal */
export function stepsDependent(a: Step, b: Step): boolean {
  return a.worker === b.worker || dependent(a.footprint, b.footprint);
}
