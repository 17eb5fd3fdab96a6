import { Prng } from '../../clock/prng.js';
import { classHash } from '../classes.js';
import type { Event } from '../event.js';
import { DivergenceError, type Ending, type Search, type SearchCounts } from './search.js';

/** Classes that are remembered; with more of them nothing is audited. */
const CLASSES_MAX = 50_000;

interface State {
  readonly inner: unknown;
  readonly classes: readonly string[] | undefined;
  readonly audited: number;
}

/**
 * Checks an exhaustive search by some random executions afterwards: each must be of a class that the search has run,
 * or steps that were taken for independent are not.
 */
export class AuditedSearch implements Search {
  readonly name: string;
  #classes: Set<string> | undefined = new Set();
  #audited = 0;
  #auditing = false;
  #events: Event[] = [];
  #random = new Prng(0);
  /** There was something to choose in the execution that is running. */
  #free = false;

  /** @param runs - random executions */
  constructor(
    readonly inner: Search,
    readonly runs: number,
  ) {
    this.name = inner.name;
  }

  get complete(): boolean {
    return this.inner.complete && this.#left === 0;
  }

  get counts(): SearchCounts {
    const counts = this.inner.counts;
    return { ...counts, pending: counts.pending + this.#left };
  }

  get estimate(): number {
    return this.inner.estimate + this.#audited + this.#left;
  }

  /** Random executions made. */
  get audited(): number {
    return this.#audited;
  }

  get #left(): number {
    return this.#classes === undefined ? 0 : this.runs - this.#audited;
  }

  start(): boolean {
    this.#events = [];
    this.#free = false;
    this.#auditing = this.inner.complete;
    if (!this.#auditing) return this.inner.start();
    this.#random = new Prng(this.#audited, 1);
    return this.#left > 0;
  }

  choose(options: readonly Event[]): number | undefined {
    if (options.length > 1) this.#free = true;
    return this.#auditing ? this.#random.below(options.length) : this.inner.choose(options);
  }

  performed(event: Event): void {
    this.#events.push(event);
    if (!this.#auditing) this.inner.performed(event);
  }

  /** @throws DivergenceError when a random execution is of a class that should not be */
  finish(ending: Ending, left?: readonly Event[]): void {
    if (!this.#auditing) {
      this.inner.finish(ending, left);
      if (ending === 'maximal') this.#remember();
      return;
    }
    // Where there is nothing to choose there is nothing to check.
    this.#audited = this.#free ? this.#audited + 1 : this.runs;
    if (ending !== 'maximal' || this.#classes!.has(this.#hash())) return;
    throw new DivergenceError(
      this.#events.length,
      'an execution like one before',
      this.#events.at(-1)?.label ?? 'nothing',
    );
  }

  save(): State {
    return { inner: this.inner.save(), classes: this.#classes && [...this.#classes], audited: this.#audited };
  }

  restore(state: unknown): void {
    const { inner, classes, audited } = state as State;
    this.inner.restore(inner);
    this.#classes = classes && new Set(classes);
    this.#audited = audited;
  }

  #remember(): void {
    this.#classes?.add(this.#hash());
    if ((this.#classes?.size ?? 0) > CLASSES_MAX) this.#classes = undefined;
  }

  /** The class, and that its steps came out as they did: with the same arguments. */
  #hash(): string {
    return classHash(this.#events.map((event) => ({ ...event, key: `${event.key} ${event.label}` })));
  }
}
