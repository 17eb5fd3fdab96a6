interface Waiting<Task, Result> {
  readonly task: Task;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** Shares tasks out among several performers: each gets the next task as soon as it has nothing to do. @internal */
export class TaskPool<Task, Result> {
  readonly #idle: ((task: Task) => Promise<Result>)[];
  readonly #waiting: Waiting<Task, Result>[] = [];
  #asked = 0;

  /** @param performers - each does one task at a time; while several are free, the first of them gets it */
  constructor(performers: readonly ((task: Task) => Promise<Result>)[]) {
    this.#idle = performers.toReversed();
  }

  /** How many tasks there were so far. */
  get asked(): number {
    return this.#asked;
  }

  /** How many of them were begun. */
  get begun(): number {
    return this.#asked - this.#waiting.length;
  }

  /** Has a task done. Tasks begin in the order in which they are asked for; the promise of one that is forgotten never settles. */
  run(task: Task): Promise<Result> {
    this.#asked += 1;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ task, resolve, reject });
      // Tasks come several at a time: once the first one begins it is known how many there are.
      queueMicrotask(() => this.#next());
    });
  }

  /** Drops the tasks that have not begun. */
  forget(): void {
    this.#waiting.length = 0;
  }

  #next(): void {
    if (this.#waiting.length === 0) return;
    const perform = this.#idle.pop();
    if (perform === undefined) return;
    const { task, resolve, reject } = this.#waiting.shift()!;
    perform(task)
      .then(resolve, reject)
      .finally(() => {
        this.#idle.push(perform);
        this.#next();
      });
  }
}
