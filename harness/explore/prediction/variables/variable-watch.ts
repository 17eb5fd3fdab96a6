import { Scopes } from './scopes.js';

/** Functions, and values, that are looked at in one look at most; and how deep. */
const FUNCTIONS_MAX = 60;
const VALUES_MAX = 3000;
const DEPTH_MAX = 4;
const ENTRIES_MAX = 200;
const BYTES_MAX = 4096;
/** What every function has. */
const OF_FUNCTIONS = new Set(['length', 'name', 'prototype', 'arguments', 'caller']);

/** What was seen: variables, and all in them that is a plain value, by its way from there. */
type Look = ReadonlyMap<string, unknown>;

/**
 * Watches the variables that functions see: those around them, and those around the functions that they find there, nearest
 * first. Whoever changes one of them between two looks leaves something behind that no server and no history shows.
 *
 * @internal
 */
export class VariableWatch {
  readonly #scopes = Scopes.get();
  #before: Look | undefined;

  constructor(readonly functions: readonly object[]) {}

  /** Takes a look. */
  look(): void {
    this.#before = this.#look();
  }

  /** Which variable has changed since the last look; undefined where none has, or nobody can tell. */
  changed(): string | undefined {
    const before = this.#before;
    this.#before = undefined;
    if (before === undefined) return undefined;
    const now = this.#look();
    for (const [way, value] of before) if (!Object.is(now?.get(way), value)) return variableIn(way);
    for (const way of now?.keys() ?? []) if (!before.has(way)) return variableIn(way);
    return undefined;
  }

  #look(): Look | undefined {
    if (this.#scopes === undefined) return undefined;
    try {
      return new Looking(this.#scopes).at(this.functions);
    } catch {
      // An inspector that does not answer shows nothing.
      return undefined;
    }
  }
}

function variableIn(way: string): string {
  return /[^ ]+$/.exec(way)![0];
}

function keepsSomething(fn: object): boolean {
  return Object.getOwnPropertyNames(fn).some((name) => !OF_FUNCTIONS.has(name));
}

/** One look. */
class Looking {
  readonly #seen = new Map<string, unknown>();
  readonly #met = new Set<object>();
  #functions: (readonly [way: string, fn: object])[] = [];

  constructor(readonly scopes: Scopes) {}

  at(functions: readonly object[]): Look {
    let looked = 0;
    for (const [nth, fn] of functions.entries()) this.#scopesOf(`${nth}`, fn, true);
    while (this.#functions.length > 0 && looked < FUNCTIONS_MAX) {
      const [way, fn] = this.#functions.shift()!;
      if (this.#scopesOf(way, fn, false)) looked += 1;
    }
    return this.#seen;
  }

  #scopesOf(way: string, fn: object, anyway: boolean): boolean {
    const scopes = this.scopes.of(fn, anyway);
    for (const [nth, { variables }] of scopes.entries()) {
      for (const name of Object.keys(variables)) this.#value(`${way}/${nth} ${name}`, variables[name], 0);
    }
    return scopes.length > 0;
  }

  #value(way: string, value: unknown, depth: number): void {
    if (this.#seen.size > VALUES_MAX) return;
    if (typeof value === 'function') {
      if (this.#met.has(value)) return;
      this.#met.add(value);
      this.#functions.push([way.replaceAll(' ', '/'), value]);
      // What stands on it: static fields of a class, and what is kept on a function.
      if (keepsSomething(value) && !this.scopes.isOwn(value)) this.#properties(way, value, depth + 1);
    } else if (typeof value !== 'object' || value === null) this.#seen.set(way, value);
    else if (!this.#met.has(value) && depth < DEPTH_MAX) {
      this.#met.add(value);
      this.#inside(way, value, depth + 1);
    }
  }

  #inside(way: string, value: object, depth: number): void {
    if (value instanceof Map || value instanceof Set) {
      this.#seen.set(`${way}.size`, value.size);
      let nth = 0;
      for (const one of [...value].slice(0, ENTRIES_MAX)) this.#value(`${way}[${(nth += 1)}]`, one, depth);
      return;
    }
    if (value instanceof Date) {
      this.#seen.set(`${way}.time`, value.getTime());
      return;
    }
    if (ArrayBuffer.isView(value)) {
      const { buffer, byteOffset, byteLength } = value;
      this.#seen.set(
        `${way}.bytes`,
        Buffer.from(buffer, byteOffset, byteLength).toString('latin1', 0, BYTES_MAX),
      );
      return;
    }
    if (!Array.isArray(value) && this.#isOfLibrary(value)) return;
    if (Array.isArray(value)) this.#seen.set(`${way}.length`, value.length);
    this.#properties(way, value, depth);
  }

  #properties(way: string, value: object, depth: number): void {
    const isModule = Reflect.get(value, Symbol.toStringTag) === 'Module';
    const properties = Object.entries(Object.getOwnPropertyDescriptors(value)).slice(0, ENTRIES_MAX);
    for (const [name, descriptor] of properties) {
      if (typeof value === 'function' && OF_FUNCTIONS.has(name)) continue;
      // What a module exports may be behind a getter; others are left alone.
      const one: unknown = isModule && 'get' in descriptor ? Reflect.get(value, name) : descriptor.value;
      this.#value(`${way}.${name}`, one, depth);
    }
  }

  /** Is it made by a class of Node, of the lab or of a library that is known? */
  #isOfLibrary(value: object): boolean {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === null || prototype === Object.prototype) return false;
    const maker = (prototype as { readonly constructor?: unknown }).constructor;
    return typeof maker !== 'function' || this.scopes.isOwn(maker);
  }
}
