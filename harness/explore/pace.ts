import { real } from '../clock/globals.js';

/** Executions between two progress reports, where they are fast … */
const EVERY = 50;
/** … and the time between two, where they are slow. */
const EVERY_MS = 1000;

/** When to say how far an exploration is. @internal */
export class Pace {
  #executions = 0;
  #saidMs = real.now();

  /** Another execution is over. @returns whether it is time to say so */
  isTime(): boolean {
    this.#executions += 1;
    if (this.#executions % EVERY !== 0 && real.now() - this.#saidMs < EVERY_MS) return false;
    this.#saidMs = real.now();
    return true;
  }
}
