const WORD = 2 ** 32;

/**
 * A small seeded random number generator (sfc32, Chris Doty-Humphrey's PractRand), seeded through splitmix32.
 * The same seed and stream give the same numbers on every machine. Not for cryptography.
 *
 * @internal
 */
export class Prng {
  #a = 0;
  #b = 0;
  #c = 0;
  #d = 1;

  /**
   * @param seed - any number; only its lower 32 bits count
   * @param stream - separates generators that share a seed, for example one per worker
   */
  constructor(seed: number, stream = 0) {
    this.reseed(seed, stream);
  }

  /** Starts again as a new generator would, without an allocation. */
  reseed(seed: number, stream = 0): void {
    let state = (seed ^ Math.imul(stream, 0x9e3779b9)) >>> 0;
    const next = (): number => {
      state = (state + 0x9e3779b9) >>> 0;
      let z = state;
      z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
      z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
      return (z ^ (z >>> 16)) >>> 0;
    };
    this.#a = next();
    this.#b = next();
    this.#c = next();
    this.#d = 1;
    for (let i = 0; i < 12; i++) this.uint32();
  }

  /** A whole number in [0, 2^32). */
  uint32(): number {
    const t = (((this.#a + this.#b) | 0) + this.#d) | 0;
    this.#d = (this.#d + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (this.#c << 21) | (this.#c >>> 11);
    this.#c = (this.#c + t) | 0;
    return t >>> 0;
  }

  /** A number in [0, 1) with 53 random bits, as `Math.random` gives. */
  unit(): number {
    return ((this.uint32() >>> 5) * 2 ** 26 + (this.uint32() >>> 6)) / 2 ** 53;
  }

  /**
   * A whole number in [0, bound), without modulo bias (rejection).
   *
   * @param bound - at most 2^53
   * @throws RangeError for anything but a whole number in that range
   */
  below(bound: number): number {
    if (!Number.isInteger(bound) || bound > Number.MAX_SAFE_INTEGER + 1) {
      throw new RangeError(`no whole number below ${bound}`);
    }
    if (bound <= 1) return 0;
    const wide = bound > WORD;
    const range = wide ? Number.MAX_SAFE_INTEGER + 1 : WORD;
    const limit = range - (range % bound);
    for (;;) {
      const draw = wide ? (this.uint32() >>> 11) * WORD + this.uint32() : this.uint32();
      if (draw < limit) return draw % bound;
    }
  }

  /** Fills `bytes` with random bytes. */
  fill(bytes: Uint8Array): void {
    for (let i = 0; i < bytes.length; i += 4) {
      const word = this.uint32();
      for (let j = 0; j < 4 && i + j < bytes.length; j++) bytes[i + j] = (word >>> (8 * j)) & 0xff;
    }
  }
}
