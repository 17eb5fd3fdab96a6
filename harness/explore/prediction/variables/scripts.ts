import type { Debugger } from 'node:inspector';
import { fileURLToPath } from 'node:url';
import { assignedIn, type MayChange } from './texts/assigned.js';
import type { Inspector } from './inspector.js';
import { namedIn } from './texts/named.js';

/**
 * Who wrote a function: `native` is no JavaScript; `lab` and `trusted` (clients of Redis, what tests are written with) decide
 * nothing by what they keep for themselves.
 *
 * @internal
 */
export type Author = 'native' | 'node' | 'lab' | 'trusted' | 'others';

const HARNESS = fileURLToPath(new URL('../../../', import.meta.url));
const LIBRARIES =
  /[\\/]node_modules[\\/](?:ioredis|iovalkey|redis(?:-parser|-errors)?|@redis|vitest|@vitest|fast-check|chai|jest(?:-[a-z-]+)?|@jest|expect)[\\/]/;
/** Parts of the lab that are written as what people bring, and may keep something. */
const BROUGHT = /^suite[\\/]|\.test\.[jt]s$|[\\/]testing[\\/]/;

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

function authorAt(url: string): Author {
  if (url.startsWith('node:')) return 'node';
  const path = url.startsWith('file:') ? fileURLToPath(url) : url;
  if (path.startsWith(HARNESS) && !BROUGHT.test(path.slice(HARNESS.length))) return 'lab';
  return LIBRARIES.test(path) ? 'trusted' : 'others';
}
