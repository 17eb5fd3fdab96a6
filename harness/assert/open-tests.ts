import { real } from '../clock/globals.js';
import type { RunnerTest } from '../explore/limits/runner-test.js';
import { askForTest } from '../explore/limits/running-test.js';

/** A test that has begun and is not over. */
interface OpenTest extends RunnerTest {
  readonly over: AbortController;
}

/**
 * Knows which tests are running. With it, an exploration ends before its test does, and with it.
 *
 * @internal
 */
export class OpenTests {
  readonly #open = new Map<unknown, OpenTest>();

  /**
   * @param limitName - what the limit of a test is called in this runner, and where to raise it
   * @param hookLimitMs - what hooks may take, where explorations may run, too
   * @param notice - called before it is asked which test is running, where some begin unseen
   */
  constructor(
    readonly limitName: string,
    readonly hookLimitMs: () => number,
    notice: () => void = () => {},
  ) {
    askForTest(() => {
      notice();
      return this.#current();
    });
  }

  /**
   * A test begins.
   *
   * @param key - the same when it ends
   * @param limitMs - real time that the runner gives it; 0 or Infinity: no limit
   * @param signal - of the runner, where it has one: aborted when it gives the test up
   * @param agoMs - how long ago it began
   */
  begin(key: unknown, limitMs: number, signal?: AbortSignal, agoMs = 0): void {
    const over = new AbortController();
    const signals = signal === undefined ? over.signal : AbortSignal.any([over.signal, signal]);
    this.#open.set(key, { ...this.#limit(limitMs, agoMs), over, signal: signals });
  }

  /** Has it begun, and is not over? */
  isOpen(key: unknown): boolean {
    return this.#open.has(key);
  }

  /** A test is over, whether it passed, failed or was given up. */
  end(key: unknown): void {
    this.#open.get(key)?.over.abort(new Error('the test is over'));
    this.#open.delete(key);
  }

  #current(): RunnerTest {
    const [first, ...others] = this.#open.values();
    // A hook, most likely, or the file itself while it is loaded.
    if (first === undefined) return { ...this.#limit(this.hookLimitMs()), signal: undefined };
    if (others.length === 0) return first;
    // Nobody can tell which of several concurrent tests asks: it is to end before any of them does.
    const soonest = others.reduce((one, next) => (next.endsAtMs < one.endsAtMs ? next : one), first);
    return { ...soonest, signal: undefined };
  }

  #limit(limitMs: number, agoMs = 0): Pick<RunnerTest, 'limitMs' | 'endsAtMs' | 'limitName'> {
    const limit = limitMs > 0 ? limitMs : Infinity;
    return { limitMs: limit, endsAtMs: real.now() - agoMs + limit, limitName: this.limitName };
  }
}
