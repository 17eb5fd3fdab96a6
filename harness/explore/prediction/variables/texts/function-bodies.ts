import { capturedBy, type Captured } from './captured-this.js';

/** What the text of a function says. @internal */
export interface FunctionBody {
  readonly isClass: boolean;
  /** It may have private fields. */
  readonly fields: boolean;
  /** What it takes from where it is written. */
  readonly captured: Captured;
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
      body = { isClass: text.startsWith('class'), fields: text.includes('#'), captured: capturedBy(text) };
      this.#known.set(fn, body);
    }
    return body;
  }

  /**
   * Is all that a function takes from where it is written looked at with what it is a property of? A method was written there.
   * An arrow function was, where a class that this is of writes it: it calls that `this`.
   */
  isAtHome(fn: object, owner: object | undefined): boolean {
    const { captured } = this.of(fn);
    if (captured === 'nothing') return true;
    if (owner === undefined || captured === 'super') return owner !== undefined;
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
