import type { Debugger } from 'node:inspector';
import { assignedIn, type MayChange } from './texts/assigned.js';
import { authorAt, type Author } from './author.js';
import type { Inspector } from './inspector.js';
import { namedIn } from './texts/named.js';

/** Knows the scripts of this process, as the debugger of V8 does. @internal */
export class Scripts {
  readonly #urls = new Map<string, string>();
  readonly #changing = new Map<string, MayChange>();
  readonly #named = new Map<string, ReadonlySet<string> | undefined>();
  readonly #authors = new Map<string, Author>();
  #enabled = false;

  constructor(readonly inspector: Inspector) {
    inspector.session.on('Debugger.scriptParsed', ({ params: { scriptId, url } }) =>
      this.#urls.set(scriptId, url),
    );
  }

  /** Who wrote a script. */
  authorOf(scriptId: string): Author {
    let author = this.#authors.get(scriptId);
    if (author === undefined) {
      // It tells of all scripts that there are.
      if (!this.#urls.has(scriptId)) this.#enable();
      author = authorAt(this.#urls.get(scriptId) ?? '');
      this.#authors.set(scriptId, author);
    }
    return author;
  }

  /** Which variables of a script may change. */
  mayChange(scriptId: string): MayChange {
    let changing = this.#changing.get(scriptId);
    if (changing === undefined) {
      changing = assignedIn(this.#source(scriptId));
      this.#changing.set(scriptId, changing);
    }
    return changing;
  }

  /** What a script takes of a module that it has in a variable; undefined where it may take anything. */
  named(scriptId: string, variable: string): ReadonlySet<string> | undefined {
    const key = `${scriptId} ${variable}`;
    if (!this.#named.has(key)) this.#named.set(key, namedIn(this.#source(scriptId), variable));
    return this.#named.get(key);
  }

  #source(scriptId: string): string | undefined {
    this.#enable();
    try {
      const source = this.inspector.post('Debugger.getScriptSource', { scriptId });
      return (source as Debugger.GetScriptSourceReturnType).scriptSource;
    } catch {
      return undefined;
    }
  }

  #enable(): void {
    if (this.#enabled) return;
    this.#enabled = true;
    this.inspector.post('Debugger.enable');
  }

  /** Code runs slower while anybody debugs. */
  rest(): void {
    if (!this.#enabled) return;
    this.#enabled = false;
    this.inspector.post('Debugger.disable');
  }
}
