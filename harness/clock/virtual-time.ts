import { AsyncResource } from 'node:async_hooks';
import { actingFor } from '../base/acting.js';
import { callerSource } from '../base/caller-source.js';
import type { Flow } from '../base/flow.js';
import { isSetByClient } from './set-by.js';
import { FreshTimers, nextOf, ownDueOf, type OrderedTimer, type PendingTimer } from './timer-order.js';

/** Wall-clock time at which every execution begins: 2026-01-01T00:00:00Z, in ms. @internal */
export const EPOCH_MS = 1_767_225_600_000;

/** No timer of Node takes more: about three weeks and a half. @internal */
export const LONGEST_DELAY_MS = 2_147_483_647;

type Callback = (...args: unknown[]) => void;

/** What `setTimeout` and `setInterval` return inside a flow; it has the methods of Node's own. @internal */
export class VirtualTimer implements OrderedTimer {
  seq = 0;
  nth = 0;
  order = 0;
  dueMs = 0;
  after = 0;
  readonly byClient = isSetByClient();
  readonly setFor = this.byClient ? actingFor() : undefined;
  /** `clearTimeout` was called. */
  cleared = false;
  #referenced = true;
  readonly #scope = new AsyncResource('VirtualTimer');

  constructor(
    readonly time: VirtualTime,
    readonly flow: Flow,
    readonly delayMs: number,
    readonly repeat: boolean,
    readonly source: string | undefined,
    readonly callback: Callback,
    readonly args: unknown[],
    /** Where it was set, if its flow does I/O past the lab. */
    readonly place: string | undefined,
  ) {}

  /** Calls back, in the async context of the code that set the timer. */
  run(): void {
    this.#scope.runInAsyncScope(this.callback, this, ...this.args);
  }

  /** As Node's; virtual timers keep no process alive. */
  ref(): this {
    this.#referenced = true;
    return this;
  }

  /** As Node's. */
  unref(): this {
    this.#referenced = false;
    return this;
  }

  /** As Node's. */
  hasRef(): boolean {
    return this.#referenced;
  }

  /** As Node's: the time is counted from now, also after it has fired. */
  refresh(): this {
    if (!this.cleared) this.time.start(this);
    return this;
  }

  /** What `clearTimeout` does. */
  close(): this {
    this.time.cancel(this);
    return this;
  }

  [Symbol.toPrimitive](): number {
    return this.seq;
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/**
 * The client-side clock of one execution. Time stands still while JavaScript runs; it moves only when the lab
 * fires a timer. A timer may fire late (its process was busy, its machine slow) but never early, so any timer of a
 * flow may be the next one, in due order within that flow.
 *
 * @internal
 */
export class VirtualTime {
  readonly #pending = new Set<VirtualTimer>();
  #nowMs = EPOCH_MS;
  #seq = 0;
  /** Keep the source line of every timer. */
  traced = false;
  /** Code of a flow looked at the clock, or set a timer by it. The reader of this flag sets it back to false. */
  looked = false;
  readonly #set = new Map<Flow, number>();
  readonly #fresh = new FreshTimers();

  /** Forgets all timers and starts again at `EPOCH_MS`. */
  reset(traced: boolean): void {
    this.#pending.clear();
    this.#set.clear();
    this.#fresh.clear();
    this.#nowMs = EPOCH_MS;
    this.#seq = 0;
    this.traced = traced;
  }

  /** Virtual wall-clock time in ms since 1970. */
  nowMs(): number {
    this.looked = true;
    return this.#nowMs;
  }

  /** Virtual time since the execution began. */
  elapsedMs(): number {
    this.looked = true;
    return this.#nowMs - EPOCH_MS;
  }

  /** The same for the lab itself, whose looking means nothing. */
  get positionMs(): number {
    return this.#nowMs - EPOCH_MS;
  }

  /** Virtual wall-clock time, for the lab itself. */
  get wallMs(): number {
    return this.#nowMs;
  }

  /** For each flow, when the first timer of its own code is due whose time has not come yet. */
  get ownDueMs(): ReadonlyMap<Flow, number> {
    return ownDueOf(this.#pending, this.#nowMs);
  }

  /** What `setTimeout` and `setInterval` do inside a flow. */
  schedule(flow: Flow, callback: Callback, delay: unknown, args: unknown[], repeat: boolean): VirtualTimer {
    const wanted = Number(delay);
    // As Node: anything below 1, not a number or beyond 32 bits means 1 ms.
    const delayMs = wanted >= 1 && wanted <= LONGEST_DELAY_MS ? Math.trunc(wanted) : 1;
    const place = this.traced || flow.worked ? callerSource() : undefined;
    const source = this.traced ? place : undefined;
    const timer = new VirtualTimer(this, flow, delayMs, repeat, source, callback, args, place);
    this.start(timer);
    return timer;
  }

  /** Lets a timer begin, or begin again. One of a flow that is over never fires. */
  start(timer: VirtualTimer): void {
    if (!timer.flow.alive) return;
    this.looked = true;
    timer.nth = this.timersSet(timer.flow) + 1;
    this.#set.set(timer.flow, timer.nth);
    timer.order = timer.seq = this.#seq += 1;
    this.#fresh.note(timer);
    timer.dueMs = this.#nowMs + timer.delayMs;
    this.#pending.add(timer);
  }

  /** Nothing can move: what is set from now on is new. */
  nowQuiet(): void {
    this.#fresh.clear();
  }

  /** Gives what was set since nothing could move the last time an order that real time has no say in. */
  putInOrder(): void {
    this.#fresh.putInOrder(this.#pending);
  }

  /** What `clearTimeout` and `clearInterval` do. */
  cancel(timer: VirtualTimer): void {
    timer.cleared = true;
    this.#pending.delete(timer);
  }

  /** The pending timer of `flow` that a number stands for, as timers become numbers on request. */
  numbered(flow: Flow, number: number): VirtualTimer | undefined {
    for (const timer of this.#pending) if (timer.flow === flow && timer.seq === number) return timer;
    return undefined;
  }

  /**
   * The next timers of each living flow, earliest first. Of several that are due at the same time any may be the next, except
   * that those with the same delay fire in the order in which they were set, as Node's do. Those held do not count.
   */
  next(held?: (timer: PendingTimer) => boolean): PendingTimer[] {
    return this.#pending.size === 0 ? [] : nextOf(this.#pending, held);
  }

  /** True when `flow` waits for a timer. @param clients - those that clients set count, too */
  waits(flow: Flow, clients = true): boolean {
    for (const timer of this.#pending) if (timer.flow === flow && (clients || !timer.byClient)) return true;
    return false;
  }

  /** What a flow waits for, in the order in which it would fire if all of it were due. */
  pendingOf(flow: Flow): VirtualTimer[] {
    return [...this.#pending].filter((timer) => timer.flow === flow).sort((a, b) => a.order - b.order);
  }

  /** How many timers a flow has set so far. */
  timersSet(flow: Flow): number {
    return this.#set.get(flow) ?? 0;
  }

  /** Number of pending timers. */
  get size(): number {
    return this.#pending.size;
  }

  /**
   * Moves the clock to where a timer, or anything else, is due. What is overdue does not move it.
   *
   * @returns by how much the clock moved, in ms
   */
  advanceTo(timer: Pick<PendingTimer, 'dueMs'>): number {
    const byMs = Math.max(0, timer.dueMs - this.#nowMs);
    this.#nowMs += byMs;
    return byMs;
  }

  /** Runs the callback of a timer in its flow; what it throws is an uncaught exception of that flow. */
  fire(pending: PendingTimer): void {
    const timer = pending as VirtualTimer;
    this.#pending.delete(timer);
    timer.flow.timersFired += 1;
    try {
      timer.run();
    } catch (error) {
      timer.flow.uncaught(error, 'exception');
    }
    if (timer.repeat && !timer.cleared) this.start(timer);
  }
}
