import type { Flow } from '../base/flow.js';

/** A timer that some flow waits for. @internal */
export interface PendingTimer {
  /** Order of creation within the execution. */
  readonly seq: number;
  /** Who set it. */
  readonly flow: Flow;
  /** Order of creation within its flow, from 1. */
  readonly nth: number;
  /** The order of those that are due at once: that of creation, unless real time had a say in it. */
  readonly order: number;
  /** Requested delay. */
  readonly delayMs: number;
  /** Virtual wall-clock time at which it may fire. */
  readonly dueMs: number;
  /** Set by `setInterval`. */
  readonly repeat: boolean;
  /** A client of Redis set it, and not the worker's own code. */
  readonly byClient: boolean;
  /** The client, or the socket of one, that it was set for, where that is known. */
  readonly setFor: object | undefined;
  /** How many of its flow are due at the same time and would fire before it, if it were not to fire next. */
  readonly after: number;
  /** Where it was set; only in traced executions. */
  readonly source: string | undefined;
}

/** A timer whose place among those that are due at once can still be changed. @internal */
export interface OrderedTimer extends PendingTimer {
  nth: number;
  order: number;
  after: number;
  /** Where it was set, if its flow does I/O past the lab. */
  readonly place: string | undefined;
}

/** What was set since nothing could move the last time. @internal */
export class FreshTimers {
  /** The first of each flow. */
  readonly #first = new Map<Flow, { readonly nth: number; readonly seq: number }>();

  /** A timer begins. */
  note({ flow, nth, seq }: PendingTimer): void {
    if (!this.#first.has(flow)) this.#first.set(flow, { nth, seq });
  }

  /** Nothing can move: what is set from now on is new. */
  clear(): void {
    if (this.#first.size > 0) this.#first.clear();
  }

  /** Gives the new ones among these an order that real time has no say in: that of their workers, delays and places. */
  putInOrder(pending: Iterable<OrderedTimer>): void {
    const fresh = [...pending].filter(({ flow, seq }) => seq >= (this.#first.get(flow)?.seq ?? Infinity));
    const orders = fresh.map(({ order }) => order).sort((a, b) => a - b);
    fresh.sort(inFixedOrder);
    const next = new Map<Flow, number>();
    for (const [at, timer] of fresh.entries()) {
      timer.order = orders[at]!;
      timer.nth = next.get(timer.flow) ?? this.#first.get(timer.flow)!.nth;
      next.set(timer.flow, timer.nth + 1);
    }
  }
}

/** Those of one worker by their delay and by where they were set, if its files may have come in any order; then as they came. */
function inFixedOrder(a: OrderedTimer, b: OrderedTimer): number {
  if (a.flow !== b.flow) return a.flow.worker - b.flow.worker;
  if (!a.flow.worked) return a.seq - b.seq;
  const [here, there] = [a.place ?? '', b.place ?? ''];
  const places = here === there ? 0 : here < there ? -1 : 1;
  return a.delayMs - b.delayMs || places || a.seq - b.seq;
}

/** Is `a` the first of the two to fire? @internal */
export function before(a: PendingTimer, b: PendingTimer): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);
}

/** Of timers that are due at the same time, those that may be the next. @internal */
export function firstOfEachDelay<T extends OrderedTimer>(timers: T[]): T[] {
  timers.sort((a, b) => a.order - b.order);
  const next = timers.filter((one, at) => timers.findIndex(({ delayMs }) => delayMs === one.delayMs) === at);
  for (const [after, timer] of next.entries()) timer.after = after;
  return next;
}

/**
 * The next timers of each living flow, earliest first. Of several that are due at the same time any may be the next, except
 * that those with the same delay fire in the order in which they were set, as Node's do. Those held do not count.
 *
 * @internal
 */
export function nextOf<T extends OrderedTimer>(
  pending: Iterable<T>,
  held?: (timer: PendingTimer) => boolean,
): T[] {
  const first = new Map<Flow, T[]>();
  for (const timer of pending) {
    if (!timer.flow.alive || held?.(timer) === true) continue;
    const known = first.get(timer.flow);
    if (known === undefined || timer.dueMs < known[0]!.dueMs) first.set(timer.flow, [timer]);
    else if (timer.dueMs === known[0]!.dueMs) known.push(timer);
  }
  const next = [...first.values()].flatMap(firstOfEachDelay);
  return next.sort((a, b) => (before(a, b) ? -1 : 1));
}

/**
 * When the first timer of each flow's own code is due whose time has not come yet.
 *
 * @param nowMs - virtual wall-clock time
 * @internal
 */
export function ownDueOf(pending: Iterable<PendingTimer>, nowMs: number): Map<Flow, number> {
  const due = new Map<Flow, number>();
  for (const { byClient, flow, dueMs } of pending) {
    if (byClient || !flow.alive || dueMs <= nowMs) continue;
    if (dueMs < (due.get(flow) ?? Infinity)) due.set(flow, dueMs);
  }
  return due;
}
