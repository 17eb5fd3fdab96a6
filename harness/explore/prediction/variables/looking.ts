import { types } from 'node:util';
import { Contents } from './contents.js';
import { FunctionBodies } from './texts/function-bodies.js';
import type { Notes } from './look.js';
import { Prototypes } from './prototypes.js';
import type { Scopes, SeenScope } from './scopes.js';
import { isOfNode } from './node-modules.js';
import { isNoticed, isUnnoticed } from './outside.js';
import { Surroundings } from './surroundings.js';
import { UnseenError } from './unseen-error.js';

/** Functions that are looked at in one look at most, and how deep: what lies beyond nobody has seen. */
const FUNCTIONS_MAX = 3000;
const DEPTH_MAX = 200;
/** What every function has. */
const OF_FUNCTIONS = new Set<string | symbol>(['length', 'name', 'prototype', 'arguments', 'caller']);
/** What shows nothing and keeps nothing that decides anything: texts, and the modules of Node itself. */
const STATELESS = new Set(['TextEncoder', 'TextDecoder', 'Module', 'Console']);
/** What asynchronous hooks of Node put on any object. */
const OF_HOOKS = /^(?:async_id_symbol|trigger_async_id_symbol|kResourceStore|context_frame)$/;
/** Where Vite puts modules that are imported. */
const BY_VITE = /^__vi(?:te_ssr)?_import_\d+__$/;
/** Counts how often lines were run, as tools that measure coverage do. */
const COVERAGE = /^cov_[a-z0-9]+$/;

/** What outlives one look: what was found out about functions, objects and texts. @internal */
export class Known {
  readonly prototypes: Prototypes;
  readonly surroundings = new Surroundings();
  /** What of a value never changes. */
  readonly kept = new WeakMap<object, readonly (readonly [name: string, value: unknown])[]>();
  readonly bodies = new FunctionBodies((text) => this.surroundings.reads(text));

  constructor(readonly scopes: Scopes) {
    this.prototypes = new Prototypes(scopes);
  }
}

/** One look at all that functions see, and at all that can be reached from there. @internal */
export class Looking {
  readonly #scopes: Scopes;
  readonly #contents: Contents;
  /** Variables of modules that were looked at, by module. */
  readonly #modules = new Map<string, Set<string>>();
  readonly #functions: object[] = [];

  constructor(
    readonly known: Known,
    readonly notes: Notes,
  ) {
    this.#scopes = known.scopes;
    this.#contents = new Contents(known.scopes, notes, this.#value, known.kept);
  }

  /** Looks. @throws ChangedError, UnseenError */
  at(functions: readonly object[]): void {
    for (const fn of functions) this.#value(fn);
    this.#follow();
    this.known.surroundings.look(this.notes, this.#scopes, this.#value);
    this.#follow();
    this.notes.end();
  }

  #follow(): void {
    for (let nth = 0; nth < this.#functions.length; nth++) {
      if (nth > FUNCTIONS_MAX) throw new UnseenError('more than 3,000 functions');
      this.#scopesOf(this.#functions[nth]!);
    }
    this.#functions.length = 0;
  }

  #scopesOf(fn: object): void {
    for (const { module, named, variables } of this.#scopes.of(fn, this.#isKnown)) {
      const looked = module === undefined ? undefined : this.#variablesOf(module);
      for (const name of Object.keys(variables)) {
        if (COVERAGE.test(name) || looked?.has(name) === true) continue;
        looked?.add(name);
        this.notes.at(name, () => this.#variable(name, variables[name], named));
      }
    }
  }

  readonly #isKnown = (module: string, variable: string): boolean =>
    this.#modules.get(module)?.has(variable) === true;

  #variablesOf(module: string): Set<string> {
    let variables = this.#modules.get(module);
    if (variables === undefined) this.#modules.set(module, (variables = new Set()));
    return variables;
  }

  /** @param named - what of a module in it can be reached */
  #variable(name: string, value: unknown, named: SeenScope['named']): void {
    const mayBe = typeof value === 'object' && value !== null && !isOfNode(value);
    const names = mayBe && (BY_VITE.test(name) || isModule(value)) ? named(name) : undefined;
    if (names === undefined) this.#value(value);
    else for (const one of names) this.notes.at(one, () => this.#exported(value as object, one));
  }

  readonly #value = (value: unknown): void => {
    if (typeof value === 'function') this.#function(value);
    else if (typeof value === 'object' && value !== null) this.#object(value);
    else this.notes.add(value);
  };

  /** @param owner - whose property it is */
  #function(fn: object, owner?: object): void {
    const { notes } = this;
    if (types.isProxy(fn)) {
      if (notes.isNew(fn) && !isNoticed(fn)) this.#contents.hidden(fn, true);
      return;
    }
    if (!notes.isNew(fn)) return;
    const { author, place } = this.#scopes.facts(fn);
    notes.add(place);
    if (author === 'native') {
      if (place.startsWith('bound ')) this.#contents.hidden(fn, true);
      return;
    }
    if (isUnnoticed(fn)) throw new UnseenError(`files, by "${notes.place}"`);
    if (author === 'node') return;
    if (author === 'trusted') {
      if (isMock(fn)) this.#properties(fn.mock);
      return;
    }
    this.#functions.push(fn);
    if (author !== 'others') return;
    if (!this.known.bodies.isAtHome(fn, owner))
      throw new UnseenError(`what "${notes.place}" calls "${this.known.bodies.of(fn).captured}"`);
    this.#class(fn);
  }

  /** What stands on a function: static fields of a class, methods, and what else is kept there. */
  #class(fn: object): void {
    const { isClass, fields } = this.known.bodies.of(fn);
    this.#properties(fn);
    if (isClass && fields) this.#contents.hidden(fn);
    const base = Object.getPrototypeOf(fn) as object | null;
    if (isClass && base !== null && Object.hasOwn(base, 'prototype'))
      this.notes.at('base', () => this.#value(base));
    const { prototype } = fn as { readonly prototype?: unknown };
    if (typeof prototype === 'object' && prototype !== null)
      this.notes.at('prototype', () => this.#prototype(prototype));
  }

  #object(value: object): void {
    const { notes, known } = this;
    if (known.surroundings.isGlobal(value) || isOfNode(value)) {
      notes.add(value);
      return;
    }
    if (types.isProxy(value)) {
      if (notes.isNew(value)) this.#contents.hidden(value, true);
      return;
    }
    if (!notes.isNew(value)) return;
    if (notes.depth > DEPTH_MAX) throw new UnseenError(`what lies deeper than ${DEPTH_MAX} levels`);
    if (types.isModuleNamespaceObject(value)) {
      this.#exports(value);
      return;
    }
    const { trusted, ofNode, fields, others, unseen } = known.prototypes.of(value);
    if (trusted || (ofNode !== undefined && STATELESS.has(ofNode))) return;
    if (this.#contents.of(value)) return;
    if (unseen !== undefined) throw new UnseenError(`what "${notes.place}" keeps (${unseen})`);
    if (fields) this.#contents.hidden(value);
    this.#properties(value);
    for (const prototype of others) notes.at('prototype', () => this.#prototype(prototype));
  }

  /** Methods, for what they see. */
  #prototype(prototype: object): void {
    if (this.notes.isNew(prototype)) this.#properties(prototype);
  }

  #properties(value: object): void {
    const { notes } = this;
    if (Array.isArray(value) && this.#items(value)) return;
    const keys = Reflect.ownKeys(value).filter(
      (key) => typeof key === 'string' || !OF_HOOKS.test(key.description!),
    );
    const isFunction = typeof value === 'function';
    notes.add(keys.length);
    const exports = !isFunction && isModule(value);
    for (const key of keys) {
      if (isFunction && OF_FUNCTIONS.has(key)) continue;
      notes.at(key, () => {
        notes.add(key);
        const descriptor = Reflect.getOwnPropertyDescriptor(value, key)!;
        if (typeof descriptor.value === 'function') this.#function(descriptor.value as object, value);
        else if ('value' in descriptor) this.#value(descriptor.value);
        // What a module exports may be behind a getter; others are left alone, but for what they see.
        else if (exports) this.#exported(value, key);
        else {
          for (const one of [descriptor.get, descriptor.set])
            if (one === undefined) notes.add(one);
            else this.#function(one, value);
        }
      });
    }
  }

  /** @returns false where it has more than items */
  #items(value: readonly unknown[]): boolean {
    const { notes } = this;
    if (Reflect.ownKeys(value).length !== value.length + 1) return false;
    notes.add(value.length);
    for (let nth = 0; nth < value.length; nth++)
      notes.at(nth, () => this.#value(Reflect.getOwnPropertyDescriptor(value, nth)!.value));
    return true;
  }

  #exports(namespace: object): void {
    for (const key of Reflect.ownKeys(namespace)) this.notes.at(key, () => this.#exported(namespace, key));
  }

  #exported(module: object, key: string | symbol): void {
    let value: unknown;
    try {
      value = Reflect.get(module, key);
    } catch {
      // It has no value yet.
    }
    this.#value(value);
  }
}

function isModule(value: object): boolean {
  if (types.isProxy(value)) return false;
  return Reflect.getOwnPropertyDescriptor(value, Symbol.toStringTag)?.value === 'Module';
}

/** A function that test runners make, and that writes down how it is called. */
function isMock(fn: object): fn is { readonly mock: object } {
  const { _isMockFunction: isOne, mock } = fn as { _isMockFunction?: unknown; mock?: unknown };
  return isOne === true && typeof mock === 'object' && mock !== null;
}
