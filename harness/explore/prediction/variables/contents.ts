import { AsyncLocalStorage } from 'node:async_hooks';
import { types } from 'node:util';
import type { Inside } from './inspector.js';
import type { Notes } from './look.js';
import type { Scopes } from './scopes.js';
import { UnseenError } from './unseen-error.js';

/** What V8 shows of what it keeps for a value. */
const KEEPS = new Set([
  '[[BoundThis]]',
  '[[BoundArgs]]',
  '[[TargetFunction]]',
  '[[Target]]',
  '[[Handler]]',
  '[[PromiseState]]',
  '[[PromiseResult]]',
  '[[IteratorHasMore]]',
  '[[IteratorIndex]]',
  '[[GeneratorState]]',
  '[[GeneratorFunction]]',
  '[[GeneratorReceiver]]',
]);

/** What the inspector shows of a weak map, or of a weak set. */
interface Entry {
  readonly key?: unknown;
  readonly value: unknown;
}

/** Numbers for what weak maps know: they have no order. */
const numbers = new WeakMap<object, number>();
let numbered = 0;

function numberOf(value: object): number {
  const known = numbers.get(value);
  if (known !== undefined) return known;
  numbers.set(value, (numbered += 1));
  return numbered;
}

/** Looks into what the language itself keeps in a value, besides its properties. @internal */
export class Contents {
  /** What of a value can never change. */
  readonly #fixed = new WeakMap<object, readonly (readonly [name: string, value: unknown])[]>();

  constructor(
    readonly scopes: Scopes,
    readonly notes: Notes,
    readonly value: (value: unknown) => void,
    readonly kept: WeakMap<object, readonly (readonly [name: string, value: unknown])[]>,
  ) {
    this.#fixed = kept;
  }

  /** @returns true where there is no more to see of it */
  of(value: object): boolean {
    const { notes } = this;
    if (types.isGeneratorObject(value)) this.#generator(value);
    else if (types.isMap(value) || types.isSet(value)) this.#collection(value);
    else if (types.isDate(value)) notes.add(Date.prototype.getTime.call(value));
    else if (ArrayBuffer.isView(value)) {
      notes.addBytes(Buffer.from(value.buffer, value.byteOffset, value.byteLength));
      return true;
    } else if (types.isAnyArrayBuffer(value)) notes.addBytes(Buffer.from(value));
    else if (types.isWeakMap(value) || types.isWeakSet(value)) this.hidden(value);
    else if (types.isPromise(value)) this.#promise(value);
    else if (types.isMapIterator(value) || types.isSetIterator(value)) {
      this.hidden(value);
      return true;
    } else if (types.isBoxedPrimitive(value)) notes.add((value as { valueOf(): unknown }).valueOf());
    else if (isWeakRef(value)) this.value(value.deref());
    else if (value instanceof AsyncLocalStorage) this.value(value.getStore());
    return types.isGeneratorObject(value);
  }

  /** What only the inspector sees: private fields, and what V8 keeps. @param fixed - it never changes */
  hidden(value: object, fixed = false): void {
    const known = this.#fixed.get(value);
    if (known !== undefined) {
      for (const [name, one] of known) this.notes.at(name, () => this.value(one));
      return;
    }
    const { inspector } = this.scopes;
    const { internal, fields } = inspector.inside(value);
    const found: (readonly [name: string, value: unknown])[] = [];
    let entries: ArrayLike<Entry> | undefined;
    for (const { name, value: one } of [...fields, ...internal]) {
      if (one === undefined) continue;
      if (name === '[[Entries]]') entries = inspector.take(one) as ArrayLike<Entry>;
      else if (name.startsWith('#') || KEEPS.has(name)) found.push([name, inspector.take(one)]);
    }
    if (fixed) this.#fixed.set(value, found);
    for (const [name, one] of found) this.notes.at(name, () => this.value(one));
    if (entries !== undefined) this.#entries(entries, !types.isWeakMap(value) && !types.isWeakSet(value));
  }

  #promise(value: object): void {
    const { internal } = this.#fixed.has(value) ? NOTHING : this.scopes.inspector.inside(value);
    const state = internal.find(({ name }) => name === '[[PromiseState]]')?.value?.value as
      string | undefined;
    this.hidden(value, state !== undefined && state !== 'pending');
  }

  #generator(value: object): void {
    const inside = this.scopes.inspector.inside(value);
    const state = inside.internal.find(({ name }) => name === '[[GeneratorState]]')?.value?.value as string;
    const place = inside.internal.find(({ name }) => name === '[[GeneratorLocation]]')?.value
      ?.value as object;
    this.notes.add(JSON.stringify(place));
    this.hidden(value);
    if (state === 'closed') return;
    const scopes = this.scopes.ofGenerator(inside);
    if (scopes === undefined || types.isAsyncFunction(value)) throw new UnseenError('a generator that runs');
    for (const { variables } of scopes)
      for (const name of Object.keys(variables)) this.notes.at(name, () => this.value(variables[name]));
  }

  #collection(value: ReadonlyMap<unknown, unknown> | ReadonlySet<unknown>): void {
    this.notes.add(value.size);
    let nth = 0;
    const each = (one: unknown): void => this.notes.at((nth += 1), () => this.value(one));
    if (types.isSet(value)) Set.prototype.forEach.call(value, each);
    else
      Map.prototype.forEach.call(value, (one, key) => {
        each(key);
        each(one);
      });
  }

  #entries(entries: ArrayLike<Entry>, ordered: boolean): void {
    if (ordered) {
      this.notes.add(entries.length);
      for (const { key, value } of Array.from(entries))
        for (const one of [key, value]) this.notes.at('[]', () => this.value(one));
      return;
    }
    const all = Array.from(entries).map(({ key, value }) => ({
      of: (key ?? value) as object,
      isMap: key !== undefined,
      value,
    }));
    all.sort((a, b) => numberOf(a.of) - numberOf(b.of));
    this.notes.add(all.length);
    for (const { of, isMap, value } of all) {
      this.notes.add(numberOf(of));
      if (isMap) this.notes.at(numberOf(of), () => this.value(value));
    }
  }
}

const NOTHING: Inside = { internal: [], fields: [] };

function isWeakRef(value: object): value is WeakRef<object> {
  return Object.prototype.toString.call(value) === '[object WeakRef]' && value instanceof WeakRef;
}
