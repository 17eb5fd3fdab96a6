import type { Scopes } from './scopes.js';

/** What the prototypes of an object say of it. @internal */
export interface Kind {
  /** It is of the lab, or of a library that is known. */
  readonly trusted: boolean;
  /** The name of the class of Node that made it. */
  readonly ofNode: string | undefined;
  /** It may have private fields. */
  readonly fields: boolean;
  /** Prototypes that others wrote: their methods see something, too. */
  readonly others: readonly object[];
  /** What keeps something that shows nowhere: a class that is not written in JavaScript. */
  readonly unseen: string | undefined;
}

/** Classes of JavaScript whose instances show what they keep, keep nothing, or cannot be changed. */
const KNOWN = new Set(
  (
    'Object Function Array Map Set WeakMap WeakSet WeakRef Date RegExp Promise Number String Boolean Symbol BigInt ' +
    'Error EvalError RangeError ReferenceError SyntaxError TypeError URIError AggregateError FinalizationRegistry ' +
    'ArrayBuffer SharedArrayBuffer DataView TypedArray Uint8Array Int8Array Uint16Array Int16Array Uint32Array Int32Array ' +
    'Uint8ClampedArray Float32Array Float64Array BigInt64Array BigUint64Array ' +
    'Collator DateTimeFormat DisplayNames DurationFormat ListFormat Locale NumberFormat PluralRules RelativeTimeFormat Segmenter'
  ).split(' '),
);

/** Knows objects by their prototypes. @internal */
export class Prototypes {
  readonly #kinds = new WeakMap<object, Kind>();

  constructor(readonly scopes: Scopes) {}

  /** What kind of object that is. */
  of(value: object): Kind {
    const prototype = Object.getPrototypeOf(value) as object | null;
    if (prototype === null || prototype === Object.prototype) return PLAIN;
    let kind = this.#kinds.get(prototype);
    if (kind === undefined) {
      kind = this.#kindOf(prototype);
      this.#kinds.set(prototype, kind);
    }
    return kind;
  }

  #kindOf(first: object): Kind {
    const others: object[] = [];
    let fields = false;
    let ofNode: string | undefined;
    for (
      let prototype: object | null = first;
      prototype !== null;
      prototype = Object.getPrototypeOf(prototype) as object | null
    ) {
      const maker: unknown = Reflect.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
      if (typeof maker !== 'function') {
        if (isNative(prototype)) return { ...PLAIN, unseen: tagOf(prototype) };
        others.push(prototype);
        continue;
      }
      const { author } = this.scopes.facts(maker);
      if (author === 'native' && !maker.name.startsWith('bound ')) {
        const unseen = KNOWN.has(maker.name) ? undefined : maker.name;
        return { trusted: false, ofNode, fields, others, unseen };
      }
      const isKnown = author === 'lab' || author === 'trusted';
      if (isKnown && others.length === 0) return { ...PLAIN, trusted: true };
      if (author === 'node') ofNode ??= maker.name;
      fields ||= Function.prototype.toString.call(maker).includes('#');
      if (author === 'others') others.push(prototype);
    }
    return { trusted: false, ofNode, fields, others, unseen: undefined };
  }
}

const PLAIN: Kind = { trusted: false, ofNode: undefined, fields: false, others: [], unseen: undefined };

/** Has it methods that are not written in JavaScript? */
function isNative(prototype: object): boolean {
  return Reflect.ownKeys(prototype).some((key) => {
    const method: unknown = Reflect.getOwnPropertyDescriptor(prototype, key)!.value;
    return (
      typeof method === 'function' &&
      !method.name.startsWith('bound ') &&
      Function.prototype.toString.call(method).endsWith('{ [native code] }')
    );
  });
}

function tagOf(prototype: object): string {
  const tag: unknown = Reflect.getOwnPropertyDescriptor(prototype, Symbol.toStringTag)?.value;
  return typeof tag === 'string' ? tag : 'an object that is not made by JavaScript';
}
