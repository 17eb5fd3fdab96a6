import { recordSchema } from '../../../record/format.js';
import type { Notes } from './look.js';
import type { Scopes } from './scopes.js';

/** Objects that Node and JavaScript begin with, which hold no more than functions, or what no worker decides by. */
const BEGINS_WITH =
  'globalThis process console Math JSON Reflect Atomics Intl WebAssembly performance navigator crypto'.split(
    ' ',
  );
/** What test runners, bundlers and tools that measure coverage keep there. */
const OF_TOOLS =
  /^__(?:vite|coverage|zod|core-js|jest|esbuild|tsx)|vitest|jest|redis-race-lab|undici|^nodejs\.|^COVERAGE$/i;
/** Whoever does more with it than to name one thing in it may reach all. */
const HANDED_ON = /\b(?:globalThis|global|window|self)\b(?!\s*(?:\?\.|\.)\s*[\w$])/;
const CHANGED = String.raw`(?:\.prototype)?(?:\s*(?:\.\s*[\w$]+|\[[^\]]*\]))\s*(?:[-+*/|&?^%]*=(?!=)|\+\+|--)`;
const GIVEN = String.raw`(?:\.prototype)?\s*[,)]`;

/** What is there for all code: globals, built-in objects that are changed, the environment of the process. @internal */
export class Surroundings {
  readonly #global = globalThis as unknown as Readonly<Record<string | symbol, unknown>>;
  readonly #begun = new Set<unknown>();
  readonly #functions: readonly string[];
  /** Names of globals that are no variables of anybody. */
  readonly #builtIn = new Map<string | symbol, boolean>();
  readonly #texts = new Set<string>();
  readonly #named = new Map<string | symbol, boolean>();
  readonly #changed = new Set<string>();
  #handedOn = false;
  #environment = false;

  constructor() {
    for (const name of BEGINS_WITH) this.#begun.add(this.#global[name]);
    // Vite gives tests all that the lab exports.
    this.#begun.add(recordSchema);
    const {
      Math: { constructor: object },
    } = globalThis;
    this.#begun.add(object.prototype);
    const names = Object.getOwnPropertyNames(globalThis);
    this.#functions = [
      ...names.filter((name) => /^[A-Z]/.test(name) && isNative(valueOf(this.#global, name))),
      'Math',
      'JSON',
      'Reflect',
    ];
  }

  /** Is it one of the objects that everybody has? */
  isGlobal(value: object): boolean {
    if (value === process.env) {
      this.#environment = true;
      return true;
    }
    if (!this.#begun.has(value)) return false;
    if (value === globalThis) this.#handedOn = true;
    return true;
  }

  /** Code that is looked at may name any of it. */
  reads(text: string): void {
    if (this.#texts.has(text)) return;
    this.#texts.add(text);
    this.#named.clear();
    this.#handedOn ||= HANDED_ON.test(text);
    this.#environment ||= /\benv\b/.test(text);
    for (const name of this.#functions)
      if (text.includes(name) && new RegExp(String.raw`\b${name}(?:${CHANGED}|${GIVEN})`).test(text))
        this.#changed.add(name);
  }

  look(notes: Notes, scopes: Scopes, value: (value: unknown) => void): void {
    for (const key of Reflect.ownKeys(globalThis)) {
      if (!this.#matters(key, scopes)) continue;
      notes.at(key, () => {
        notes.add(key);
        value(valueOf(this.#global, key));
      });
    }
    if (this.#environment) notes.at('process.env', () => notes.add(JSON.stringify(process.env)));
    for (const name of this.#changed) {
      const holder = this.#global[name] as { readonly prototype?: object };
      notes.at(name, () => this.#built(notes, holder));
      if (holder.prototype !== undefined)
        notes.at(`${name}.prototype`, () => this.#built(notes, holder.prototype!));
    }
  }

  /** The properties of an object that JavaScript begins with. */
  #built(notes: Notes, holder: object): void {
    for (const key of Reflect.ownKeys(holder)) {
      if (key === 'stackTraceLimit') continue;
      notes.at(key, () => {
        notes.add(key);
        notes.add(Reflect.getOwnPropertyDescriptor(holder, key)!.value);
      });
    }
  }

  #matters(key: string | symbol, scopes: Scopes): boolean {
    let builtIn = this.#builtIn.get(key);
    if (builtIn === undefined) {
      builtIn = this.#isBuiltIn(key, scopes);
      this.#builtIn.set(key, builtIn);
    }
    if (builtIn) return false;
    if (this.#handedOn) return true;
    let named = this.#named.get(key);
    if (named === undefined) {
      const name = typeof key === 'string' ? key : (key.description ?? '');
      named = [...this.#texts].some((text) => text.includes(name));
      this.#named.set(key, named);
    }
    return named;
  }

  #isBuiltIn(key: string | symbol, scopes: Scopes): boolean {
    const name = typeof key === 'string' ? key : (key.description ?? '');
    if (OF_TOOLS.test(name) || BEGINS_WITH.includes(name) || name === 'global' || name === 'self')
      return true;
    const { value, get } = Reflect.getOwnPropertyDescriptor(globalThis, key)!;
    const own: unknown = get ?? value;
    if (typeof own === 'function') return scopes.facts(own).author !== 'others';
    return typeof key === 'string' && /^(?:Infinity|NaN|undefined)$/.test(key);
  }
}

/** What stands there, unless somebody would have to be asked for it. */
function valueOf(holder: object, key: string | symbol): unknown {
  const descriptor = Reflect.getOwnPropertyDescriptor(holder, key);
  return descriptor?.value ?? descriptor?.get;
}

function isNative(value: unknown): boolean {
  return typeof value === 'function' && Function.prototype.toString.call(value).endsWith('{ [native code] }');
}
