import { isDeepStrictEqual } from 'node:util';
import type { Event } from '../../events/event.js';
import { ContradictionError } from './contradiction-error.js';
import type { HistoryEntry } from './local-history.js';
import type { LocalState } from './local-state.js';

/** One state of a worker, after what it was told so far. @internal */
export class LocalNode {
  readonly #next = new Map<string, LocalStep>();
  /** It may go round in a loop from here. */
  goesRound = false;

  constructor(
    /** Names it among all. */
    readonly id: number,
    readonly state: LocalState,
    /** The state as text. */
    readonly text: string,
  ) {}

  /** What follows when the worker is told something; undefined where nobody knows. */
  next({ what, atMs }: Told): LocalStep | undefined {
    return this.#next.get(what) ?? this.#next.get(`${atMs} ${what}`);
  }

  /** Takes note of what follows: whoever looks at no clock does the same at any time. */
  add({ what, atMs }: Told, step: LocalStep): void {
    this.#next.set(step.timed ? `${atMs} ${what}` : what, step);
  }
}

/** What a worker is told. @internal */
export interface Told {
  /** Which step of its own it is, and what was answered, as text. */
  readonly what: string;
  /** Virtual time since the execution began. */
  readonly atMs: number;
}

/** What a worker does when it is told something. @internal */
export interface LocalStep {
  readonly to: LocalNode;
  /** It looked at the clock. */
  readonly looked: boolean;
  /** What it does hangs on when that is. */
  readonly timed: boolean;
  /** What the step shows of the answer to a command, where the server runs none in it. */
  readonly reply: string | undefined;
  /** What came into the history with it. */
  readonly entries: readonly HistoryEntry[];
  /** In how many executions that were run it was seen. */
  seen: number;
}

/** Something on the way was never seen: the execution has to be run. @internal */
export class UnknownError extends Error {
  override readonly name = 'UnknownError';
}

/** What the workers of a scenario do, each by what it was told so far: learned from executions that were run. @internal */
export class LocalStates {
  readonly #first = new Map<number, LocalNode>();
  /** What is in the history before the first step. */
  #beginning: readonly HistoryEntry[] | undefined;
  #count = 0;

  /** How many are known. */
  get size(): number {
    return this.#count;
  }

  /** The state of a worker before the first step. */
  first(worker: number): LocalNode | undefined {
    return this.#first.get(worker);
  }

  /** What is in the history before the first step. */
  get beginning(): readonly HistoryEntry[] {
    return this.#beginning ?? [];
  }

  /** Learns, or checks, what is in the history before the first step. @throws ContradictionError */
  beginWith(entries: readonly HistoryEntry[]): void {
    this.#beginning ??= entries;
    if (!isDeepStrictEqual(this.#beginning, entries))
      throw new ContradictionError('workers begin in one way and another');
  }

  /** Learns, or checks, how a worker begins. @throws ContradictionError */
  begin(worker: number, state: LocalState): LocalNode {
    const known = this.#first.get(worker);
    const text = JSON.stringify(state);
    if (known === undefined) {
      const node = this.#node(state, text);
      this.#first.set(worker, node);
      return node;
    }
    if (known.text !== text) throw new ContradictionError(`w${worker} begins in one way and another`);
    return known;
  }

  /** Learns, or checks, what a worker does next. @throws ContradictionError */
  learn(
    from: LocalNode,
    told: Told,
    state: LocalState,
    step: Pick<LocalStep, 'looked' | 'timed' | 'reply' | 'entries'>,
    what: string,
  ): LocalNode {
    const text = JSON.stringify(state);
    const known = from.next(told);
    if (known !== undefined) {
      const { looked, reply, entries } = known;
      const same = known.to.text === text && looked === step.looked && reply === step.reply;
      if (!same || !isDeepStrictEqual(entries, step.entries))
        throw new ContradictionError(`${what} depends on something that the lab does not see`);
      known.seen += 1;
      return known.to;
    }
    const to = this.#node(state, text);
    from.add(told, { to, ...step, seen: 1 });
    return to;
  }

  #node(state: LocalState, text: string): LocalNode {
    return new LocalNode((this.#count += 1), state, text);
  }
}

/**
 * What a worker is told by a step of its own.
 *
 * @param reply - whether it gets it or not
 * @param atMs - when that is
 * @internal
 */
export function toldOf({ key }: Event, reply: Buffer | undefined, atMs: number): Told {
  return { what: `${key} ${reply?.toString('latin1') ?? ''}`, atMs };
}
