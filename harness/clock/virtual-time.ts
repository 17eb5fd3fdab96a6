import { createClock } from '@sinonjs/fake-timers';
import { callerSource } from '../wire/caller-source.js';
import { runInFlow, type Flow } from '../flow.js';

/** Wall-clock time at which every execution begins: 2026-01-01T00:00:00Z, in ms. */
export const EPOCH_MS = 1_767_225_600_000;

/** A timer that some flow waits for. */
export interface PendingTimer {
  /** Order of creation within the execution. */
  readonly seq: number;
  readonly flow: Flow;
  /** Requested delay. */
  readonly delayMs: number;
  /** Virtual wall-clock time at which it may fire. */
  dueMs: number;
  readonly repeat: boolean;
  readonly run: () => void;
  /** Where it was set; only in traced executions. */
  readonly source: string | undefined;
}

/**
 * The client-side clock of one execution. Time stands still while JavaScript runs; it moves only when the lab
 * fires a timer. A timer may fire late (its process was busy, its machine slow) but never early, so any timer of a
 * flow may be the next one, in due order within that flow.
 */
export class VirtualTime {
  readonly #clock = createClock(EPOCH_MS);
  readonly #pending = new Map<object, PendingTimer>();
  #seq = 0;
  /** Keep the source line of every timer. */
  traced = false;

  /** Forgets all timers and starts again at `EPOCH_MS`. */
  reset(traced: boolean): void {
    this.#pending.clear();
    this.#clock.reset();
    this.#seq = 0;
    this.traced = traced;
  }

  /** Virtual wall-clock time in ms since 1970. */
  nowMs(): number {
    return this.#clock.now;
  }

  /** Virtual time since the execution began. */
  elapsedMs(): number {
    return this.#clock.now - EPOCH_MS;
  }

  /** What `setTimeout` and `setInterval` do inside a flow. */
  schedule(flow: Flow, callback: (...args: unknown[]) => void, delay: unknown, args: unknown[], repeat: boolean): object {
    const wanted = Number(delay);
    // As Node: anything below 1, not a number or beyond 32 bits means 1 ms.
    const delayMs = wanted >= 1 && wanted <= 2_147_483_647 ? Math.trunc(wanted) : 1;
    const handle = this.#clock.setTimeout(() => {}, delayMs) as unknown as object & { refresh?: () => object };
    const timer: PendingTimer = {
      seq: (this.#seq += 1),
      flow,
      delayMs,
      dueMs: this.nowMs() + delayMs,
      repeat,
      run: () => callback(...args),
      source: this.traced ? callerSource() : undefined,
    };
    this.#pending.set(handle, timer);
    handle.refresh = () => {
      timer.dueMs = this.nowMs() + delayMs;
      this.#pending.set(handle, timer);
      return handle;
    };
    return handle;
  }

  /** What `clearTimeout` and `clearInterval` do. @returns false for a handle that is not of this clock */
  cancel(handle: unknown): boolean {
    return typeof handle === 'object' && handle !== null && this.#pending.delete(handle);
  }

  /** The next timer of each living flow, earliest first. */
  next(): PendingTimer[] {
    const first = new Map<Flow, PendingTimer>();
    for (const timer of this.#pending.values()) {
      if (!timer.flow.alive) continue;
      const known = first.get(timer.flow);
      if (known === undefined || before(timer, known)) first.set(timer.flow, timer);
    }
    return [...first.values()].sort((a, b) => (before(a, b) ? -1 : 1));
  }

  /** True when `flow` waits for a timer. */
  waits(flow: Flow): boolean {
    for (const timer of this.#pending.values()) if (timer.flow === flow) return true;
    return false;
  }

  get size(): number {
    return this.#pending.size;
  }

  /**
   * Moves the clock to where `timer` is due. A timer that is overdue does not move it.
   *
   * @returns by how much the clock moved, in ms
   */
  advanceTo(timer: PendingTimer): number {
    const byMs = Math.max(0, timer.dueMs - this.nowMs());
    if (byMs > 0) this.#clock.tick(byMs);
    return byMs;
  }

  /** Runs the callback of a timer in its flow; what it throws is an uncaught exception of that flow. */
  fire(timer: PendingTimer): void {
    timer.flow.timersFired += 1;
    for (const [handle, pending] of this.#pending) {
      if (pending !== timer) continue;
      if (timer.repeat) timer.dueMs = this.nowMs() + timer.delayMs;
      else this.#pending.delete(handle);
    }
    runInFlow(timer.flow, () => {
      try {
        timer.run();
      } catch (error) {
        timer.flow.uncaught(error, 'exception');
      }
    });
  }
}

function before(a: PendingTimer, b: PendingTimer): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.seq < b.seq);
}
