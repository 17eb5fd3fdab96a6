import { VariableWatch } from './variable-watch.js';

/** In so many executions, from the first, the variables are looked at after each step. */
const FIRST = 3;

/**
 * Looks at the variables that workers and invariants see, before and after an execution: in all that are run until the
 * first one need not be, and then ever more seldom; at first, and whenever it is so seldom, after each step as well.
 *
 * @internal
 */
export class VariableLooks {
  readonly #watch: VariableWatch;
  #closely = false;
  /** Changed in the execution that runs; it may have its old value again by the end. */
  #within: string | undefined;

  constructor(functions: readonly object[]) {
    this.#watch = new VariableWatch(functions);
  }

  /**
   * An execution begins.
   *
   * @param run - how many were run before
   * @param predicted - how many were not
   */
  began(run: number, predicted: number): void {
    this.#within = undefined;
    this.#closely = run < FIRST || Number.isInteger(Math.log2(run));
    if (predicted === 0 || this.#closely) this.#watch.look();
  }

  /** Everybody has settled after a step. */
  stepped(): void {
    if (this.#closely) this.#within ??= this.#watch.changed();
  }

  /** It has ended. @returns why nothing can be composed, where a variable was seen to change */
  ended(): string | undefined {
    const changed = this.#within ?? this.#watch.changed();
    this.#watch.forget();
    if (this.#watch.failed) return 'the variables that its workers see cannot be looked at';
    return changed && `the variable "${changed}" changes in an execution`;
  }
}
