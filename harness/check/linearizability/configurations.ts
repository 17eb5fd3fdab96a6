/** Numbers of the first table, a power of two. */
const SLOTS = 1 << 10;
/** Numbers that are kept at most: 256 MiB. */
const KEPT_MAX = 1 << 26;
/** Odd, and without a pattern in its bits: it spreads small numbers over all of them. */
const SPREAD = 0x9e3779b1;

/**
 * Configurations that a search has seen: which operations have come, and the state then. A hash table of its own: the hash of a
 * set of operations follows from the one before (Zobrist, 1970), and what is kept are plain numbers.
 *
 * @internal
 */
export class Configurations {
  readonly #words: number;
  /** The set of operations at hand, a bit each. */
  readonly #bits: Int32Array;
  #hash = 0;
  #slots = new Int32Array(SLOTS);
  #kept: Int32Array;
  /** How many were seen. */
  size = 0;

  constructor(operations: number) {
    this.#words = Math.max(1, Math.ceil(operations / 32));
    this.#bits = new Int32Array(this.#words);
    this.#kept = new Int32Array(SLOTS * (this.#words + 1));
  }

  /** Has an operation come? */
  has(operation: number): boolean {
    return ((this.#bits[operation >> 5]! >>> (operation & 31)) & 1) === 1;
  }

  /** It comes, or comes no more. */
  toggle(operation: number): void {
    this.#bits[operation >> 5]! ^= 1 << (operation & 31);
    this.#hash ^= mixed(operation + 1);
  }

  /** Is there no room for more? */
  get full(): boolean {
    return (this.size + 1) * (this.#words + 1) > KEPT_MAX;
  }

  /** Keeps the operations that have come, with a state. @returns false where that was seen before */
  add(state: number): boolean {
    const mask = this.#slots.length - 1;
    const hash = this.#hash ^ mixed(~state);
    let slot = hash & mask;
    for (; this.#slots[slot] !== 0; slot = (slot + 1) & mask)
      if (this.#isAt(this.#slots[slot]! - 1, state)) return false;
    const entry = this.size++;
    this.#slots[slot] = entry + 1;
    this.#keep(entry, state);
    if (this.size * 2 > this.#slots.length) this.#grow();
    return true;
  }

  #isAt(entry: number, state: number): boolean {
    const from = entry * (this.#words + 1);
    if (this.#kept[from] !== state) return false;
    for (let word = 0; word < this.#words; word++)
      if (this.#kept[from + 1 + word] !== this.#bits[word]) return false;
    return true;
  }

  #keep(entry: number, state: number): void {
    const from = entry * (this.#words + 1);
    if (from + this.#words >= this.#kept.length) {
      const larger = new Int32Array(this.#kept.length * 2);
      larger.set(this.#kept);
      this.#kept = larger;
    }
    this.#kept[from] = state;
    this.#kept.set(this.#bits, from + 1);
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let entry = 0; entry < this.size; entry++) {
      let slot = this.#hashOf(entry) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = entry + 1;
    }
    this.#slots = slots;
  }

  #hashOf(entry: number): number {
    const from = entry * (this.#words + 1);
    let hash = mixed(~this.#kept[from]!);
    for (let word = 0; word < this.#words; word++)
      for (let bits = this.#kept[from + 1 + word]!; bits !== 0; bits &= bits - 1)
        hash ^= mixed(word * 32 + (31 - Math.clz32(bits & -bits)) + 1);
    return hash;
  }
}

/** 32 bits that look random, always the same for a number (the finalizer of MurmurHash3). */
function mixed(number: number): number {
  let bits = Math.imul(number, SPREAD);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
