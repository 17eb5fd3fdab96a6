import { AsyncResource } from 'node:async_hooks';
import { promisify } from 'node:util';
import { currentFlow, type Flow } from '../base/flow.js';
import { virtualAbortTimeout } from './abort-timeout.js';
import type { Replace } from './replace.js';
import { VirtualTimer } from './virtual-time.js';

type AnyFunction = (...args: never[]) => unknown;
type Callback = (...args: unknown[]) => void;
interface WaitOptions {
  readonly signal?: AbortSignal;
}

/** The flow that runs now, if its code waits in virtual time. */
function virtualFlow(): Flow | undefined {
  const flow = currentFlow();
  return flow?.waits === 'virtual' ? flow : undefined;
}

function isOver(flow: Flow | undefined): boolean {
  return flow?.waits === 'real' && !flow.alive;
}

/** What `setImmediate` returns inside a flow. */
class VirtualImmediate {
  cleared = false;
  readonly #scope = new AsyncResource('VirtualImmediate');

  constructor(flow: Flow, callback: Callback, args: unknown[]) {
    flow.immediates.push(() => {
      if (!this.cleared) this.#scope.runInAsyncScope(callback, undefined, ...args);
    });
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return true;
  }
}

/** Virtual timers for code in a flow; see `installGlobals`. @internal */
export function replaceTimers(
  replace: Replace,
  { timers, timersPromises }: { timers: object; timersPromises: typeof import('node:timers/promises') },
): void {
  const wait = replacePromises(replace, timersPromises);
  const { setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate } = globalThis;
  const replacements = {
    setTimeout: Object.assign(later(setTimeout, false), { [promisify.custom]: wait.timeout }),
    setInterval: later(setInterval, true),
    clearTimeout: clear(clearTimeout),
    clearInterval: clear(clearInterval),
    setImmediate: Object.assign(immediate(setImmediate), { [promisify.custom]: wait.immediate }),
    clearImmediate: (handle: unknown): void => {
      if (handle instanceof VirtualImmediate) handle.cleared = true;
      else clearImmediate(handle as NodeJS.Immediate);
    },
  };
  for (const [key, value] of Object.entries(replacements)) {
    replace(globalThis, key, value);
    replace(timers, key, value);
  }
  replaceMicrotasks(replace);
  replaceAbortTimeout(replace);
}

function later(original: AnyFunction, repeat: boolean): AnyFunction {
  return (callback: Callback, delay?: unknown, ...args: unknown[]) => {
    const flow = virtualFlow();
    // What unscheduled code left behind tries nothing any more.
    if (isOver(currentFlow())) return ((original as Function)(() => {}, delay) as NodeJS.Timeout).unref();
    // Without a function it throws, in the words of the original.
    if (flow === undefined || typeof callback !== 'function')
      return (original as Function)(callback, delay, ...args);
    return flow.time.schedule(flow, callback, delay, args, repeat);
  };
}

function clear(original: AnyFunction): AnyFunction {
  return (handle: unknown) => {
    if (handle instanceof VirtualTimer) {
      handle.close();
      return;
    }
    const flow = virtualFlow();
    const number = typeof handle === 'number' || typeof handle === 'string' ? Number(handle) : undefined;
    const timer = number === undefined ? undefined : flow?.time.numbered(flow, number);
    if (timer === undefined) (original as Function)(handle);
    else timer.close();
  };
}

function immediate(original: AnyFunction): AnyFunction {
  return (callback: Callback, ...args: unknown[]) => {
    const flow = virtualFlow();
    if (flow === undefined || typeof callback !== 'function')
      return (original as Function)(callback, ...args);
    return new VirtualImmediate(flow, callback, args);
  };
}

/** An exception in a microtask reaches the process without its async context, so it is caught here. */
function replaceMicrotasks(replace: Replace): void {
  const original = globalThis.queueMicrotask;
  replace(globalThis, 'queueMicrotask', (callback: () => void) => {
    const flow = virtualFlow();
    if (flow === undefined || typeof callback !== 'function') {
      original(callback);
      return;
    }
    original(() => {
      try {
        callback();
      } catch (error) {
        flow.uncaught(error, 'exception');
      }
    });
  });
}

function replaceAbortTimeout(replace: Replace): void {
  const original = AbortSignal.timeout;
  replace(AbortSignal, 'timeout', (delayMs: number) => {
    const flow = virtualFlow();
    if (flow === undefined) return original.call(AbortSignal, delayMs);
    return virtualAbortTimeout(flow, delayMs);
  });
}

/** The functions of `node:timers/promises`. */
function replacePromises(
  replace: Replace,
  promises: typeof import('node:timers/promises'),
): { timeout: AnyFunction; immediate: AnyFunction } {
  const { setTimeout, setImmediate, setInterval, scheduler } = promises;
  const original = { wait: scheduler.wait.bind(scheduler), yield: scheduler.yield.bind(scheduler) };
  const timeout = (delay?: number, value?: unknown, options?: WaitOptions): Promise<unknown> =>
    virtualFlow() === undefined ? setTimeout(delay, value, options) : virtualWait(delay, value, options);
  const immediate = (value?: unknown, options?: WaitOptions): Promise<unknown> =>
    virtualFlow() === undefined ? setImmediate(value, options) : virtualImmediate(value, options);
  replace(promises, 'setTimeout', timeout);
  replace(promises, 'setImmediate', immediate);
  replace(promises, 'setInterval', (delay?: number, value?: unknown, options?: WaitOptions) =>
    virtualFlow() === undefined ? setInterval(delay, value, options) : virtualTicks(delay, value, options),
  );
  replace(scheduler, 'wait', (delay: number, options?: WaitOptions) =>
    virtualFlow() === undefined ? original.wait(delay, options) : virtualWait(delay, undefined, options),
  );
  replace(scheduler, 'yield', () => (virtualFlow() === undefined ? original.yield() : virtualImmediate()));
  return { timeout, immediate };
}

function virtualWait(delay?: number, value?: unknown, options?: WaitOptions): Promise<unknown> {
  return abortable(options, (resolve) => {
    const timer = globalThis.setTimeout(() => resolve(value), delay);
    return () => globalThis.clearTimeout(timer);
  });
}

function virtualImmediate(value?: unknown, options?: WaitOptions): Promise<unknown> {
  return abortable(options, (resolve) => {
    const handle = globalThis.setImmediate(() => resolve(value));
    return () => globalThis.clearImmediate(handle);
  });
}

async function* virtualTicks(delay?: number, value?: unknown, options?: WaitOptions): AsyncGenerator {
  let waiting: (() => void) | undefined;
  let ticks = 0;
  const timer = globalThis.setInterval(() => {
    ticks += 1;
    waiting?.();
  }, delay);
  try {
    for (;;) {
      if (ticks === 0) {
        await abortable(options, (resolve) => {
          waiting = () => resolve(undefined);
          return () => {};
        });
      }
      waiting = undefined;
      for (; ticks > 0; ticks--) yield value;
    }
  } finally {
    globalThis.clearInterval(timer);
  }
}

/** A promise that a signal ends early, with the error that Node uses. */
function abortable(
  options: WaitOptions | undefined,
  begin: (resolve: (value: unknown) => void) => () => void,
): Promise<unknown> {
  const signal = options?.signal;
  if (signal === undefined) return new Promise((resolve) => void begin(resolve));
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      cancel();
      const error = new Error('The operation was aborted', { cause: signal.reason });
      reject(Object.assign(error, { name: 'AbortError', code: 'ABORT_ERR' }));
    };
    const cancel = begin((value) => {
      signal.removeEventListener('abort', abort);
      resolve(value);
    });
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}
