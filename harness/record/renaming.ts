/** What may be a random value: long enough, without a break. */
const TOKEN = /[0-9A-Za-z_-]{8,}/g;

/**
 * Values that are made anew in every run, such as tokens from a pool of random bytes that a library keeps, name something and
 * mean nothing. So two runs are the same when their tokens can be renamed into one another: each always to the same one,
 * and no two to one.
 *
 * What counts as a token: eight or more letters and digits, both of them, of the same length on both sides. A number is none,
 * since it may be counted with.
 *
 * @internal
 */
export class Renaming {
  readonly #there = new Map<string, string>();
  readonly #back = new Map<string, string>();

  /** Is the second text the first one, renamed as everything before? */
  same(first: string, second: string): boolean {
    const [a, b] = [first.match(TOKEN) ?? [], second.match(TOKEN) ?? []];
    if (a.length !== b.length) return false;
    if (first !== second && first.replaceAll(TOKEN, '') !== second.replaceAll(TOKEN, '')) return false;
    return a.every((token, at) => this.#sameToken(token, b[at]!));
  }

  #sameToken(first: string, second: string): boolean {
    const [there, back] = [this.#there.get(first), this.#back.get(second)];
    if (there !== undefined || back !== undefined) return there === second && back === first;
    const renamed = first.length === second.length && isRandom(first) && isRandom(second);
    if (first !== second && !renamed) return false;
    this.#there.set(first, second);
    this.#back.set(second, first);
    return true;
  }
}

function isRandom(token: string): boolean {
  return /\d/.test(token) && /[A-Za-z]/.test(token);
}
