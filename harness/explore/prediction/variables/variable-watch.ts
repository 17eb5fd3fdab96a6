import { Looking, type Look } from './looking.js';
import { Scopes } from './scopes.js';

/**
 * Watches the variables that functions see: those around them, and those around the functions that they find there, nearest
 * first. Whoever changes one of them between two looks leaves something behind that no server and no history shows.
 *
 * @internal
 */
export class VariableWatch {
  readonly #scopes = Scopes.get();
  #before: Look | undefined;
  /** Some look could not be taken. */
  failed = false;

  constructor(readonly functions: readonly object[]) {}

  /** Takes a look. */
  look(): void {
    this.#before = this.#look();
  }

  /** Which variable has changed since the last look; undefined where none has. */
  changed(): string | undefined {
    const before = this.#before;
    if (before === undefined) return undefined;
    const now = this.#look() ?? before;
    for (const [way, value] of before) if (!Object.is(now.get(way), value)) return variableIn(way);
    for (const way of now.keys()) if (!before.has(way)) return variableIn(way);
    return undefined;
  }

  /** The last look does not count any more. */
  forget(): void {
    this.#before = undefined;
  }

  #look(): Look | undefined {
    try {
      if (this.#scopes !== undefined) return new Looking(this.#scopes).at(this.functions);
    } catch {
      // Nobody can say what it would have shown.
    }
    this.failed = true;
    return undefined;
  }
}

function variableIn(way: string): string {
  return /[^ ]+$/.exec(way)![0];
}
