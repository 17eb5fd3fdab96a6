import { reachedOut, watchOutside } from './outside.js';
import { VariableWatch } from './variable-watch.js';

/** In so many executions, from the first, the variables are looked at after each step. */
const FIRST = 3;

/**
 * Looks at what workers and invariants can reach in this process: whenever everybody stands at the first step, after each step
 * that has taught something new, and at the end of each execution that is run.
 *
 * That is enough: as long as each step left everything as it was when it was learned, what a worker does is decided by what it
 * was told, and a step that is known does the same again.
 *
 * @internal
 */
export class VariableLooks {
  #watch: VariableWatch | undefined;
  #closely = false;
  #changed: string | undefined;
  /** The last change was between two executions. */
  #between = false;
  #out: string | undefined;

  constructor(readonly functions: readonly object[]) {}

  /** Everybody stands at the first step. @param run - how many executions were run before */
  began(run: number): void {
    watchOutside();
    this.#watch ??= new VariableWatch(this.functions);
    this.#closely = run < FIRST;
    this.#look(false);
    this.#between = this.#changed !== undefined;
  }

  /** Everybody has settled after a step. @param isNew - it has taught something new */
  stepped(isNew: boolean): void {
    if (isNew || this.#closely) this.#look(true);
  }

  /** The execution has ended. @returns why nothing can be composed, where a variable was seen to change */
  ended(): string | undefined {
    this.#look(true);
    if (this.#watch?.failed !== undefined) return this.#watch.failed;
    if (this.#changed !== undefined)
      return this.#between
        ? `the variable "${this.#changed}" is not the same in every execution`
        : `the variable "${this.#changed}" changes in an execution`;
    return this.#out;
  }

  #look(same: boolean): void {
    this.#out ??= reachedOut();
    if (this.#changed === undefined) this.#changed = this.#watch?.look(same);
  }
}
