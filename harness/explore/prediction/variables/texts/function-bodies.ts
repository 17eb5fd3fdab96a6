import { capturesThis } from './captured-this.js';

/** What the text of a function says. @internal */
export interface FunctionBody {
  readonly isClass: boolean;
  /** It may have private fields. */
  readonly fields: boolean;
  /** It uses what the code around it calls `this`. */
  readonly captures: boolean;
}

/** Reads the texts of functions, each once. @internal */
export class FunctionBodies {
  readonly #known = new WeakMap<object, FunctionBody>();
  readonly #makers = new WeakMap<object, object>();

  /** @param onText - is called with each text */
  constructor(readonly onText: (text: string) => void) {}

  of(fn: object): FunctionBody {
    let body = this.#known.get(fn);
    if (body === undefined) {
      const text = Function.prototype.toString.call(fn);
      this.onText(text);
      body = { isClass: text.startsWith('class'), fields: text.includes('#'), captures: capturesThis(text) };
      this.#known.set(fn, body);
    }
    return body;
  }

  /** Does a class that an object is of write this function, which is a property of it? Then it calls that object `this`. */
  isMadeBy(fn: object, owner: object | undefined): boolean {
    if (owner === undefined) return false;
    if (this.#makers.get(fn) === owner) return true;
    const text = Function.prototype.toString.call(fn);
    for (let of = prototypeOf(owner); of !== null && of !== Object.prototype; of = prototypeOf(of)) {
      const maker: unknown = Reflect.getOwnPropertyDescriptor(of, 'constructor')?.value;
      if (typeof maker !== 'function' || !Function.prototype.toString.call(maker).includes(text)) continue;
      this.#makers.set(fn, owner);
      return true;
    }
    return false;
  }
}

function prototypeOf(value: object): object | null {
  return Object.getPrototypeOf(value) as object | null;
}
