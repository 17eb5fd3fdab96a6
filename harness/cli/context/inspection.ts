import type { BeforeStep } from '../../execution/run-steps.js';

/** A debugger that is to stop in a worker's code. @internal */
export interface Inspection {
  /** To be called before every step. */
  readonly beforeStep: BeforeStep;
  /** To be called when nothing more is performed. @returns did it stop? */
  end(): Promise<boolean>;
}
