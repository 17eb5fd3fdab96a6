interface Waiting<Task, Result> {
  readonly task: Task;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** Shares tasks out to several that can do them: each gets the next one as soon as it has nothing to do. */
export class Hands<Task, Result> {
  readonly #idle: ((task: Task) => Promise<Result>)[];
  readonly #waiting: Waiting<Task, Result>[] = [];
  #asked = 0;

  /** @param hands - the first one is asked first */
  constructor(hands: readonly ((task: Task) => Promise<Result>)[]) {
    this.#idle = hands.toReversed();
  }

  /** How many tasks there were so far. */
  get asked(): number {
    return this.#asked;
  }

  /** How many of them were begun. */
  get begun(): number {
    return this.#asked - this.#waiting.length;
  }

  /** Tasks are begun in the order in which they are asked for. A task that is forgotten never ends. */
  run(task: Task): Promise<Result> {
    this.#asked += 1;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ task, resolve, reject });
      // Whoever asks asks for several: then it is known how many there are when the first one begins.
      queueMicrotask(() => this.#next());
    });
  }

  /** Nobody wants what has not begun any more. */
  forget(): void {
    this.#waiting.length = 0;
  }

  #next(): void {
    if (this.#waiting.length === 0) return;
    const hand = this.#idle.pop();
    if (hand === undefined) return;
    const { task, resolve, reject } = this.#waiting.shift()!;
    hand(task)
      .then(resolve, reject)
      .finally(() => {
        this.#idle.push(hand);
        this.#next();
      });
  }
}
