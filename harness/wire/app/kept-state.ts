/** A value as it was, where it is one that is changed in place. */
interface Kept {
  readonly value: unknown;
  /** Puts back what was in it. */
  readonly refill: (() => void) | undefined;
}

/** How far down lists of listeners are: in an object that is in a property. */
const DEPTH = 2;

/**
 * What an object has of its own, as it was at one moment: its properties, and what was in lists, maps, sets and plain objects
 * among them. Other objects in it are kept as they are.
 *
 * @internal
 */
export class KeptState {
  readonly #object: object;
  readonly #kept = new Map<PropertyKey, Kept>();

  /** Takes it of an object as it is now. */
  constructor(object: object) {
    this.#object = object;
    for (const key of Reflect.ownKeys(object)) {
      const descriptor = Object.getOwnPropertyDescriptor(object, key)!;
      if ('value' in descriptor && descriptor.writable === true)
        this.#kept.set(key, keep(descriptor.value, DEPTH));
    }
  }

  /** Makes the object what it was. */
  restore(): void {
    const object = this.#object as Record<PropertyKey, unknown>;
    for (const key of Reflect.ownKeys(object)) {
      const { value, writable, configurable } = Object.getOwnPropertyDescriptor(object, key)!;
      if (!this.#kept.has(key) && configurable === true && (writable === true || value === undefined))
        delete object[key];
    }
    for (const [key, { value, refill }] of this.#kept) {
      object[key] = value;
      refill?.();
    }
  }
}

function keep(value: unknown, depth: number): Kept {
  return { value, refill: depth === 0 ? undefined : refiller(value, depth) };
}

function refiller(value: unknown, depth: number): (() => void) | undefined {
  if (Array.isArray(value)) {
    const items = [...(value as unknown[])];
    return () => void value.splice(0, value.length, ...items);
  }
  if (value instanceof Set) {
    const items = [...(value as Set<unknown>)];
    return () => {
      value.clear();
      for (const item of items) value.add(item);
    };
  }
  if (value instanceof Map) {
    const entries = [...(value as Map<unknown, unknown>)];
    return () => {
      value.clear();
      for (const [key, item] of entries) value.set(key, item);
    };
  }
  return isPlain(value) ? plainRefiller(value, depth) : undefined;
}

function plainRefiller(object: Record<PropertyKey, unknown>, depth: number): () => void {
  const entries = Reflect.ownKeys(object).map((key) => [key, keep(object[key], depth - 1)] as const);
  const known = new Set<PropertyKey>(entries.map(([key]) => key));
  return () => {
    for (const key of Reflect.ownKeys(object)) if (!known.has(key)) delete object[key];
    for (const [key, { value, refill }] of entries) {
      object[key] = value;
      refill?.();
    }
  };
}

function isPlain(value: unknown): value is Record<PropertyKey, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null;
}
