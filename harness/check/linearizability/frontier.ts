/** An operation, as far as its place among the others is concerned. @internal */
export interface Placed {
  /** Which of the lists of events it is in. */
  readonly list: number;
  /** Position of its beginning. */
  readonly start: number;
  /** Position of its end; `Infinity` where it may happen at any time after its beginning, or never. */
  readonly end: number;
}

/**
 * Which operations may come next: those that began before any operation ended that has not come yet. Beginnings and ends are
 * doubly linked lists in the order of positions; what has come is taken out, and put back when the search goes back. With one
 * list that order is the one of real time; with one a worker, it is only the order of each worker.
 *
 * @internal
 */
export class Frontier {
  /** Events by number: 2i begins operation i, 2i + 1 ends it; behind those a head for each list. */
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  readonly #heads: number;
  readonly #lists: number;

  constructor(readonly operations: readonly Placed[]) {
    this.#heads = 2 * operations.length;
    this.#lists = operations.reduce((most, { list }) => Math.max(most, list + 1), 0);
    this.#next = new Int32Array(this.#heads + this.#lists).fill(-1);
    this.#previous = new Int32Array(this.#heads + this.#lists).fill(-1);
    const last = Int32Array.from({ length: this.#lists }, (_, list) => this.#heads + list);
    for (const { event, list } of inOrder(operations)) {
      this.#next[last[list]!] = event;
      this.#previous[event] = last[list]!;
      last[list] = event;
    }
  }

  /** The first operation that may come next, or -1. */
  first(): number {
    return this.#firstFrom(0);
  }

  /** The one behind it that may come next as well, or -1. */
  after(operation: number): number {
    const event = this.#next[2 * operation]!;
    if (isBeginning(event)) return event >> 1;
    return this.#firstFrom(this.operations[operation]!.list + 1);
  }

  /** It has come. */
  take(operation: number): void {
    this.#unlink(2 * operation);
    if (this.#ends(operation)) this.#unlink(2 * operation + 1);
  }

  /** It has not come after all: the last one that was taken. */
  putBack(operation: number): void {
    if (this.#ends(operation)) this.#link(2 * operation + 1);
    this.#link(2 * operation);
  }

  #firstFrom(from: number): number {
    for (let list = from; list < this.#lists; list++) {
      const event = this.#next[this.#heads + list]!;
      if (isBeginning(event)) return event >> 1;
    }
    return -1;
  }

  #ends(operation: number): boolean {
    return this.operations[operation]!.end !== Infinity;
  }

  #unlink(event: number): void {
    const [before, behind] = [this.#previous[event]!, this.#next[event]!];
    this.#next[before] = behind;
    if (behind >= 0) this.#previous[behind] = before;
  }

  #link(event: number): void {
    const [before, behind] = [this.#previous[event]!, this.#next[event]!];
    this.#next[before] = event;
    if (behind >= 0) this.#previous[behind] = event;
  }
}

function isBeginning(event: number): boolean {
  return event >= 0 && event % 2 === 0;
}

interface Event {
  readonly event: number;
  readonly list: number;
  readonly at: number;
}

function inOrder(operations: readonly Placed[]): Event[] {
  const events = operations.flatMap(({ list, start, end }, nth): Event[] => [
    { event: 2 * nth, list, at: start },
    ...(end === Infinity ? [] : [{ event: 2 * nth + 1, list, at: end }]),
  ]);
  // At the same moment beginnings come first: then the two overlap.
  return events.sort((a, b) => a.at - b.at || (a.event % 2) - (b.event % 2) || a.event - b.event);
}
