import { types } from 'node:util';
import type { Scopes } from './scopes.js';

/** Functions, and values, that are looked at in one look at most; and how deep. */
const FUNCTIONS_MAX = 100;
const VALUES_MAX = 4000;
const DEPTH_MAX = 4;
const ENTRIES_MAX = 200;
const BYTES_MAX = 4096;
/** What every function has. */
const OF_FUNCTIONS = new Set<string | symbol>(['length', 'name', 'prototype', 'arguments', 'caller']);
/** What V8 says of functions that came of `bind`, of weak maps and sets, and of proxies. */
const KEEPS = new Set([
  '[[BoundThis]]',
  '[[BoundArgs]]',
  '[[TargetFunction]]',
  '[[Entries]]',
  '[[Target]]',
  '[[Handler]]',
]);

/** What was seen: variables, and all in them that is a plain value, by its way from there. @internal */
export type Look = ReadonlyMap<string, unknown>;

/** Numbers for objects, so that it shows where another one takes the place of one. */
const numbers = new WeakMap<object, number>();
let numbered = 0;

function numberOf(value: object): string {
  const known = numbers.get(value);
  if (known !== undefined) return `#${known}`;
  numbers.set(value, (numbered += 1));
  return `#${numbered}`;
}

/** One look at all that functions see. @internal */
export class Looking {
  readonly #seen = new Map<string, unknown>();
  readonly #met = new Set<object>();
  #functions: (readonly [way: string, fn: object])[] = [];

  constructor(readonly scopes: Scopes) {}

  /** The look. */
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
    if (typeof value === 'function') this.#function(way, value, depth);
    else if (typeof value !== 'object' || value === null) this.#seen.set(way, value);
    else if (!this.#met.has(value) && depth < DEPTH_MAX) {
      this.#met.add(value);
      this.#inside(way, value, depth + 1);
    }
  }

  #function(way: string, fn: object, depth: number): void {
    this.#seen.set(way, numberOf(fn));
    if (this.#met.has(fn)) return;
    this.#met.add(fn);
    this.#functions.push([way.replaceAll(' ', '/'), fn]);
    const text = Function.prototype.toString.call(fn);
    const isBound = (fn as { readonly name?: unknown }).name?.toString().startsWith('bound ') === true;
    if (isBound) this.#hidden(way, fn, depth);
    const isClass = text.startsWith('class');
    if ((!isClass && !keepsSomething(fn)) || this.scopes.isOwn(fn)) return;
    // What stands on it: static fields of a class, and what is kept on a function.
    this.#properties(way, fn, depth + 1);
    if (!isClass) return;
    if (text.includes('#')) this.#hidden(way, fn, depth + 1);
    this.#prototypes(way, fn, depth + 1);
    this.#value(`${way}.prototype`, (fn as { readonly prototype: unknown }).prototype, depth);
  }

  #inside(way: string, value: object, depth: number): void {
    if (types.isProxy(value) || value instanceof WeakMap || value instanceof WeakSet) {
      this.#hidden(way, value, depth);
      return;
    }
    if (value instanceof Map || value instanceof Set) {
      this.#seen.set(`${way}.size`, value.size);
      let nth = 0;
      for (const one of [...value].slice(0, ENTRIES_MAX)) this.#value(`${way}[${(nth += 1)}]`, one, depth);
    } else if (value instanceof Date) this.#seen.set(`${way}.time`, value.getTime());
    else if (ArrayBuffer.isView(value)) {
      const { buffer, byteOffset, byteLength } = value;
      const text = Buffer.from(buffer, byteOffset, byteLength).toString('latin1', 0, BYTES_MAX);
      this.#seen.set(`${way}.bytes`, text);
      return;
    } else if (Array.isArray(value)) this.#seen.set(`${way}.length`, value.length);
    const isOfClass = !isPlain(value);
    if (isOfClass && this.#isOfLibrary(value)) {
      if (Array.isArray(value)) this.#properties(way, value, depth);
      return;
    }
    this.#properties(way, value, depth);
    if (!isOfClass) return;
    this.#hidden(way, value, depth);
    this.#prototypes(way, value, depth);
  }

  #properties(way: string, value: object, depth: number): void {
    const isModule = Reflect.get(value, Symbol.toStringTag) === 'Module';
    for (const key of Reflect.ownKeys(value).slice(0, ENTRIES_MAX)) {
      if (typeof value === 'function' && OF_FUNCTIONS.has(key)) continue;
      const descriptor = Reflect.getOwnPropertyDescriptor(value, key)!;
      const name = `${way}.${String(key).replaceAll(/\s/g, '_')}`;
      // What a module exports may be behind a getter; others are left alone, but for what they see.
      if (!('get' in descriptor)) this.#value(name, descriptor.value, depth);
      else if (isModule) this.#value(name, Reflect.get(value, key), depth);
      else
        for (const accessor of [descriptor.get, descriptor.set])
          if (accessor !== undefined) this.#value(`${name}()`, accessor, depth);
    }
  }

  /** What only the inspector sees: private fields, and what weak maps and bound functions keep. */
  #hidden(way: string, value: object, depth: number): void {
    for (const [name, one] of this.scopes.hidden(value)) {
      if (name === '[[Entries]]') this.#entries(way, one as ArrayLike<Entry>, depth);
      else if (name.startsWith('#') || KEEPS.has(name)) this.#value(`${way}.${name}`, one, depth);
    }
  }

  /** In no order, and no array that could be iterated: they are known by their keys. */
  #entries(way: string, entries: ArrayLike<Entry>, depth: number): void {
    for (const { key, value } of Array.from(entries)) {
      const of = (key ?? value) as object;
      const name = `${way}[${typeof of === 'object' || typeof of === 'function' ? numberOf(of) : String(of)}]`;
      this.#seen.set(name, true);
      if (key !== undefined) this.#value(`${name}.value`, value, depth);
    }
  }

  /** Methods, for what they see. */
  #prototypes(way: string, value: object, depth: number): void {
    let prototype = Object.getPrototypeOf(value) as object | null;
    for (; prototype !== null && !this.#met.has(prototype);) {
      const maker: unknown =
        typeof prototype === 'function'
          ? prototype
          : Reflect.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
      if (typeof maker === 'function' && this.scopes.isOwn(maker)) return;
      this.#met.add(prototype);
      this.#properties(`${way}.prototype`, prototype, depth);
      prototype = Object.getPrototypeOf(prototype) as object | null;
    }
  }

  /** Is it made by a class of Node, of the lab or of a library that is known? */
  #isOfLibrary(value: object): boolean {
    const maker = (Object.getPrototypeOf(value) as { readonly constructor?: unknown }).constructor;
    return typeof maker !== 'function' || this.scopes.isOwn(maker);
  }
}

/** What the inspector shows of a weak map, or of a weak set. */
interface Entry {
  readonly key?: unknown;
  readonly value: unknown;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function keepsSomething(fn: object): boolean {
  return Reflect.ownKeys(fn).some((name) => !OF_FUNCTIONS.has(name));
}
