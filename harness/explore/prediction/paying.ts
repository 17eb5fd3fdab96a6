/** Executions that are looked at together. The first of them are lessons. */
const WINDOW = 100;
/** So many of them must not have been lessons only: to learn from one takes longer than to run it. */
const LEAST = 70;

/** Whether it still pays to compose executions, where most of them may teach something new. @internal */
export class Paying {
  #window = 0;
  #executions = 0;
  #known = 0;

  /**
   * Another one was come by.
   *
   * @param known - it was composed
   * @returns false where running them all is cheaper
   */
  note(known: boolean): boolean {
    this.#executions += 1;
    if (known) this.#known += 1;
    if (this.#executions < WINDOW) return true;
    const pays = this.#window === 0 || this.#known >= LEAST;
    this.#window += 1;
    this.#executions = this.#known = 0;
    return pays;
  }
}
