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
   * Is all that a function takes from where it is written looked at with what it is a property of? So it is with a method of a
   * class, where that class wrote it. What an arrow function calls `this` shows nowhere.
   */
  isAtHome(fn: object, owner: object | undefined): boolean {
    const { captured } = this.of(fn);
    if (captured !== 'super') return captured === 'nothing';
    if (owner === undefined) return false;
    const maker: unknown =
      typeof owner === 'function' ? owner : Reflect.getOwnPropertyDescriptor(owner, 'constructor')?.value;
    if (typeof maker !== 'function' || (maker !== owner && maker.prototype !== owner)) return false;
    const text = Function.prototype.toString.call(maker);
    return text.startsWith('class') && text.includes(Function.prototype.toString.call(fn));
  }
}
