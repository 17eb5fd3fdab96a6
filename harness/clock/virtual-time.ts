import { AsyncResource } from 'node:async_hooks';
import { callerSource } from '../wire/caller-source.js';
import type { Flow } from '../flow.js';

/** Wall-clock time at which every execution begins: 2026-01-01T00:00:00Z, in ms. */
export const EPOCH_MS = 1_767_225_600_000;

const LONGEST_DELAY_MS = 2_147_483_647;

type Callback = (...args: unknown[]) => void;

/** A timer that some flow waits for. */
export interface PendingTimer {
  /** Order of creation within the execution. */
  readonly seq: number;
  readonly flow: Flow;
  /** Order of creation within its flow, from 1. */
  readonly nth: number;
  /** Requested delay. */
  readonly delayMs: number;
  /** Virtual wall-clock time at which it may fire. */
  readonly dueMs: number;
  readonly repeat: boolean;
  /** Where it was set; only in traced executions. */
  readonly source: string | undefined;
}

/** What `setTimeout` and `setInterval` return inside a flow; it has the methods of Node's own. */
export class VirtualTimer implements PendingTimer {
  seq = 0;
  nth = 0;
  dueMs = 0;
  /** `clearTimeout` was called. */
  cleared = false;
  #referenced = true;
  // As with a real timer, the callback runs in the async context of whoever set it.
  readonly #scope = new AsyncResource('VirtualTimer');

  constructor(
    readonly time: VirtualTime,
    readonly flow: Flow,
    readonly delayMs: number,
    readonly repeat: boolean,
    readonly source: string | undefined,
    readonly callback: Callback,
    readonly args: unknown[],
  ) {}

  run(): void {
    this.#scope.runInAsyncScope(this.callback, this, ...this.args);
  }

  ref(): this {
    this.#referenced = true;
    return this;
  }

  unref(): this {
    this.#referenced = false;
    return this;
  }

  hasRef(): boolean {
    return this.#referenced;
  }

  refresh(): this {
    if (!this.cleared) this.time.start(this);
    return this;
  }

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
 */
export class VirtualTime {
  readonly #pending = new Set<VirtualTimer>();
  #nowMs = EPOCH_MS;
  #seq = 0;
  /** Keep the source line of every timer. */
  traced = false;
  /** Somebody looked at the clock, or set a timer by it. Whoever wants to know puts it back. */
  looked = false;
  readonly #set = new Map<Flow, number>();

  /** Forgets all timers and starts again at `EPOCH_MS`. */
  reset(traced: boolean): void {
    this.#pending.clear();
    this.#set.clear();
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

  /** What `setTimeout` and `setInterval` do inside a flow. */
  schedule(flow: Flow, callback: Callback, delay: unknown, args: unknown[], repeat: boolean): VirtualTimer {
    const wanted = Number(delay);
    // As Node: anything below 1, not a number or beyond 32 bits means 1 ms.
    const delayMs = wanted >= 1 && wanted <= LONGEST_DELAY_MS ? Math.trunc(wanted) : 1;
    const source = this.traced ? callerSource() : undefined;
    const timer = new VirtualTimer(this, flow, delayMs, repeat, source, callback, args);
    this.start(timer);
    return timer;
  }

  /** Lets a timer begin, or begin again. One of a flow that is over never fires. */
  start(timer: VirtualTimer): void {
    if (!timer.flow.alive) return;
    this.looked = true;
    timer.nth = this.timersSet(timer.flow) + 1;
    this.#set.set(timer.flow, timer.nth);
    timer.seq = this.#seq += 1;
    timer.dueMs = this.#nowMs + timer.delayMs;
    this.#pending.add(timer);
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

  /** The next timer of each living flow, earliest first. */
  next(): PendingTimer[] {
    if (this.#pending.size === 0) return [];
    const first = new Map<Flow, PendingTimer>();
    for (const timer of this.#pending) {
      if (!timer.flow.alive) continue;
      const known = first.get(timer.flow);
      if (known === undefined || before(timer, known)) first.set(timer.flow, timer);
    }
    return [...first.values()].sort((a, b) => (before(a, b) ? -1 : 1));
  }

  /** True when `flow` waits for a timer. */
  waits(flow: Flow): boolean {
    for (const timer of this.#pending) if (timer.flow === flow) return true;
    return false;
  }

  /** How many timers a flow has set so far. */
  timersSet(flow: Flow): number {
    return this.#set.get(flow) ?? 0;
  }

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

function before(a: PendingTimer, b: PendingTimer): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.seq < b.seq);
}
