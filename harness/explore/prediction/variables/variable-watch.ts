import { ChangedError, Notes, type Look } from './look.js';
import { Known, Looking } from './looking.js';
import { Scopes } from './scopes.js';
import { UnseenError } from './unseen-error.js';

/**
 * Watches all that functions can reach: variables around them, what is in those, the functions found there with what they see,
 * and so on. Whoever changes something of it leaves something behind that no server and no history shows.
 *
 * @internal
 */
export class VariableWatch {
  readonly #known: Known | undefined;
  #before: Look | undefined;
  /** Why no look can be taken. */
  failed: string | undefined;

  constructor(readonly functions: readonly object[]) {
    const scopes = Scopes.get();
    if (scopes === undefined) this.failed = 'the variables that its workers see cannot be looked at';
    else this.#known = new Known(scopes);
  }

  /**
   * Takes a look.
   *
   * @param same - by the same objects as at the last one, not only by such as look the same
   * @returns which variable has changed since the last look; undefined where none has
   */
  look(same: boolean): string | undefined {
    const known = this.#known;
    if (known === undefined || this.failed !== undefined) return undefined;
    const notes = new Notes(this.#before, same);
    try {
      new Looking(known, notes).at(this.functions);
      this.#before = notes;
    } catch (error) {
      if (error instanceof ChangedError) return error.variable;
      this.failed =
        error instanceof UnseenError
          ? `it cannot be seen what its workers may depend on: ${error.message}`
          : `the variables that its workers see cannot be looked at: ${(error as Error).message}`;
    } finally {
      known.scopes.rest();
    }
    return undefined;
  }
}
