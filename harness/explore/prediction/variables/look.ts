import { UnseenError } from './unseen-error.js';

const VALUES_MAX = 50_000;
const BYTES_MAX = 1_000_000;

/** What was seen, in the order in which one comes upon it. @internal */
export interface Look {
  readonly values: readonly unknown[];
  readonly objects: readonly object[];
}

/** By what something is found; the place of an item is a number. @internal */
export type Name = string | symbol | number;

/** Something is not as it was. @internal */
export class ChangedError extends Error {
  override readonly name = 'ChangedError';

  constructor(readonly variable: string) {
    super(variable);
  }
}

/** Writes down what is seen, and holds it against what was seen before. @internal */
export class Notes implements Look {
  readonly values: unknown[] = [];
  readonly objects: object[] = [];
  readonly #places = new Map<object, string>();
  readonly #way: Name[] = [];
  #bytes = 0;

  /**
   * @param before - what should be seen
   * @param same - and by the same objects, not only by such as look the same
   */
  constructor(
    readonly before: Look | undefined,
    readonly same: boolean,
  ) {}

  /** The way to what is being looked at, from a variable. */
  get place(): string {
    return this.#way.map(shown).join('');
  }

  /** Looks at something that is found by a name: a variable, or in what is being looked at. */
  at(name: Name, look: () => void): void {
    this.#way.push(name);
    look();
    this.#way.pop();
  }

  /** How deep that is. */
  get depth(): number {
    return this.#way.length;
  }

  /** @throws ChangedError where it was not so */
  add(value: unknown): void {
    const { before, values } = this;
    const nth = values.push(value) - 1;
    if (nth > VALUES_MAX) throw new UnseenError('more than 50,000 values');
    if (before !== undefined && (nth >= before.values.length || !Object.is(before.values[nth], value)))
      throw new ChangedError(this.place);
  }

  /** As many bytes. */
  addBytes(bytes: Buffer): void {
    if ((this.#bytes += bytes.length) > BYTES_MAX) throw new UnseenError('more than 1,000,000 bytes');
    this.add(bytes.toString('latin1'));
  }

  /** Has it been met already? Then only which one it is matters. */
  isNew(value: object): boolean {
    const known = this.#places.get(value);
    if (known !== undefined) {
      this.add(known);
      return false;
    }
    const { objects, before, same } = this;
    const nth = objects.push(value) - 1;
    this.#places.set(value, `\0${nth}`);
    this.add('object');
    if (same && before !== undefined && before.objects[nth] !== value) throw new ChangedError(this.place);
    return true;
  }

  /** There was no more to see, then or now. */
  end(): void {
    const { before, values } = this;
    if (before !== undefined && before.values.length !== values.length) throw new ChangedError('globalThis');
  }
}

function shown(name: Name, nth: number): string {
  if (typeof name === 'number') return `[${name}]`;
  const text = String(name).replaceAll(/\s/g, '_');
  return nth === 0 || /^[.[]/.test(text) ? text : `.${text}`;
}
