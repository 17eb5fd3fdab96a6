import { Inspector, type Inside } from './inspector.js';
import type { MayChange } from './texts/assigned.js';
import { variablesIn, type Names } from './texts/variables-in.js';
import { Scripts, type Author } from './scripts.js';

/** What a function sees of one scope around it, by name. @internal */
export interface SeenScope {
  /** The module whose scope this is; there is one for all functions in it. */
  readonly module: string | undefined;
  /** What code there takes of a module that it has in a variable; undefined where it may take anything. */
  readonly named: (variable: string) => ReadonlySet<string> | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** What never changes of a function. @internal */
export interface FunctionFacts {
  readonly author: Author;
  /** Where it is written; its name where it is no JavaScript. */
  readonly place: string;
  /** Scopes without a variable that may get another value; undefined where there is one. */
  fixed?: readonly SeenScope[];
  /** All that it sees is of this module. */
  only?: { readonly module: string; readonly variables: readonly string[] };
}

/** Variables that Vite gives a module. */
const WRAPPED = /^__vi(?:te_ssr)?_/;

interface Location {
  readonly scriptId: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

/** As the inspector shows a scope. */
interface Wrapped {
  readonly description: string;
  readonly object: Readonly<Record<string, unknown>>;
}

/** Reads the variables that functions of this process see. @internal */
export class Scopes {
  static #shared: Scopes | undefined;
  readonly #scripts: Scripts;
  readonly #facts = new WeakMap<object, FunctionFacts>();
  readonly #names = new Map<string, Names>();

  private constructor(readonly inspector: Inspector) {
    this.#scripts = new Scripts(inspector);
  }

  /** One for the process. @returns undefined where it has no inspector */
  static get(): Scopes | undefined {
    const inspector = Inspector.get();
    return inspector && (this.#shared ??= new Scopes(inspector));
  }

  /** Who wrote it, and where. */
  facts(fn: object): FunctionFacts {
    return this.#facts.get(fn) ?? this.#learn(fn, this.inspector.inside(fn));
  }

  /**
   * The scopes around a function, innermost first, with those of their variables that its text names: it has no way to others.
   *
   * @param isKnown - was a variable of a module looked at already? Then it need not be read again
   */
  of(fn: object, isKnown: (module: string, variable: string) => boolean): readonly SeenScope[] {
    const facts = this.#facts.get(fn);
    if (facts?.fixed !== undefined) return facts.fixed;
    if (facts?.only !== undefined) {
      const { module, variables } = facts.only;
      if (variables.every((variable) => isKnown(module, variable))) return [];
    }
    const inside = this.inspector.inside(fn);
    return this.#read(fn, inside, facts ?? this.#learn(fn, inside));
  }

  /** The scopes in which a generator has paused; undefined where that does not show. */
  ofGenerator(inside: Inside): readonly SeenScope[] | undefined {
    const scopes = this.#wrapped(inside);
    return scopes?.map(({ object }) => ({ module: undefined, named: () => undefined, variables: object }));
  }

  /** Lets go of all that was looked at. */
  rest(): void {
    this.inspector.rest();
    this.#scripts.rest();
  }

  #learn(fn: object, { internal }: Inside): FunctionFacts {
    const place = internal.find(({ name }) => name === '[[FunctionLocation]]')?.value?.value as
      Location | undefined;
    const facts: FunctionFacts =
      place === undefined
        ? { author: 'native', place: String((fn as { readonly name?: unknown }).name) }
        : {
            author: this.#scripts.authorOf(place.scriptId),
            place: `${place.scriptId}:${place.lineNumber}:${place.columnNumber}`,
          };
    this.#facts.set(fn, facts);
    return facts;
  }

  /** What the text of a function names. */
  #namesIn(fn: object, { place }: FunctionFacts): Names {
    let names = this.#names.get(place);
    if (names === undefined) {
      names = variablesIn(Function.prototype.toString.call(fn));
      this.#names.set(place, names);
    }
    return names;
  }

  #read(fn: object, inside: Inside, facts: FunctionFacts): readonly SeenScope[] {
    const isNamed = this.#namesIn(fn, facts);
    const script = facts.place.split(':')[0]!;
    const isOthers = facts.author === 'others';
    const seen: SeenScope[] = [];
    const named: SeenScope['named'] = (variable) => this.#scripts.named(script, variable);
    let moves = false;
    let mayChange: MayChange | undefined;
    for (const { description, object } of this.#wrapped(inside) ?? []) {
      const isModule = description.startsWith('Module');
      const all = Object.keys(object);
      // What the lab keeps for all is its own affair; Vite makes functions of modules.
      if (!isOthers && (isModule || all.some((name) => WRAPPED.test(name)))) continue;
      const names = all.filter(isNamed);
      if (names.length === 0) continue;
      mayChange ??= this.#scripts.mayChange(script);
      moves ||=
        /^(?:With|Eval|Script)/.test(description) || names.some((name) => mayChange!(name, object[name]));
      const variables = Object.fromEntries(names.map((name) => [name, object[name]]));
      seen.push({ module: isModule ? script : undefined, named, variables });
    }
    if (!moves) facts.fixed = seen;
    else if (seen.length === 1 && seen[0]!.module !== undefined)
      facts.only = { module: script, variables: Object.keys(seen[0]!.variables) };
    return seen;
  }

  /** All but what is global. */
  #wrapped({ internal }: Inside): Wrapped[] | undefined {
    const scopes = internal.find(({ name }) => name === '[[Scopes]]')?.value;
    if (scopes === undefined) return undefined;
    const all = Array.from(this.inspector.take(scopes) as ArrayLike<Wrapped>);
    return all.filter(({ description }) => !description.startsWith('Global'));
  }
}
