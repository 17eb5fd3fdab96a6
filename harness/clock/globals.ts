import { createRequire, syncBuiltinESMExports } from 'node:module';
import { promisify } from 'node:util';
import { currentFlow, type Flow } from '../flow.js';

/**
 * Puts virtual time and seeded randomness in place of the real ones, for code that runs in a flow. Everything
 * else in the process (the lab, the test runner, other tests) keeps the real ones: each replacement first asks
 * whether a flow is running.
 *
 * Replaced: `setTimeout`, `setInterval`, `setImmediate` and their `clear…`, also in `node:timers` and
 * `node:timers/promises`; `Date`; `performance.now`; `process.hrtime`; `AbortSignal.timeout`; `Math.random`; the
 * random functions of `node:crypto` and `globalThis.crypto`.
 */
const require = createRequire(import.meta.url);
const timers = require('node:timers') as typeof import('node:timers');
const timersPromises = require('node:timers/promises') as typeof import('node:timers/promises');
const crypto = require('node:crypto') as typeof import('node:crypto');

type AnyFunction = (...args: never[]) => unknown;
type Callback = (...args: unknown[]) => void;

/** The real functions, for the lab itself. */
export const real = {
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  setInterval: globalThis.setInterval,
  clearInterval: globalThis.clearInterval,
  setImmediate: globalThis.setImmediate,
  clearImmediate: globalThis.clearImmediate,
  Date: globalThis.Date,
  now: performance.now.bind(performance),
};

let installs = 0;
let undo: (() => void)[] = [];

/**
 * Installs the replacements; nested calls count.
 *
 * @returns a function that takes this installation back
 */
export function installGlobals(): () => void {
  if (installs++ === 0) install();
  let done = false;
  return () => {
    if (done) return;
    done = true;
    if (--installs > 0) return;
    for (const step of undo.reverse()) step();
    undo = [];
    syncBuiltinESMExports();
  };
}

function install(): void {
  installTimers();
  installDates();
  installRandomness();
  syncBuiltinESMExports();
}

/** Replaces a property until the uninstall. */
function replace(target: object, key: string, value: unknown): void {
  const before = Object.getOwnPropertyDescriptor(target, key);
  Object.defineProperty(target, key, { value, writable: true, configurable: true, enumerable: before?.enumerable ?? true });
  undo.push(() => {
    if (before === undefined) Reflect.deleteProperty(target, key);
    else Object.defineProperty(target, key, before);
  });
}

function installTimers(): void {
  const later =
    (original: AnyFunction, repeat: boolean): AnyFunction =>
    (callback: Callback, delay?: unknown, ...args: unknown[]) => {
      const flow = currentFlow();
      if (flow === undefined) return (original as Function)(callback, delay, ...args);
      return flow.time.schedule(flow, callback, delay, args, repeat);
    };
  const clear =
    (original: AnyFunction): AnyFunction =>
    (handle: unknown) => {
      if (currentFlow()?.time.cancel(handle) !== true) (original as Function)(handle);
    };
  const immediate = (callback: Callback, ...args: unknown[]): unknown => {
    const flow = currentFlow();
    if (flow === undefined) return real.setImmediate(callback, ...args);
    const handle = { run: () => callback(...args) };
    const run = (): void => handle.run();
    flow.immediates.push(run);
    return Object.assign(handle, { hasRef: () => true, ref: () => handle, unref: () => handle });
  };
  const clearImmediate = (handle: { run?: () => void } | undefined): void => {
    if (handle?.run !== undefined) handle.run = () => {};
    else real.clearImmediate(handle as NodeJS.Immediate);
  };
  const replaced = {
    setTimeout: Object.assign(later(real.setTimeout, false), { [promisify.custom]: delayed }),
    setInterval: later(real.setInterval, true),
    clearTimeout: clear(real.clearTimeout),
    clearInterval: clear(real.clearInterval),
    setImmediate: Object.assign(immediate, { [promisify.custom]: soon }),
    clearImmediate,
  };
  for (const [key, value] of Object.entries(replaced)) {
    replace(globalThis, key, value);
    replace(timers, key, value);
  }
  const wait = timersPromises.setTimeout;
  const waitImmediate = timersPromises.setImmediate;
  replace(timersPromises, 'setTimeout', (ms?: number, value?: unknown, options?: { signal?: AbortSignal }) =>
    currentFlow() === undefined ? wait(ms, value, options) : delayed(ms, value, options),
  );
  replace(timersPromises, 'setImmediate', (value?: unknown, options?: object) =>
    currentFlow() === undefined ? waitImmediate(value, options) : soon(value),
  );
  const timeout = AbortSignal.timeout;
  replace(AbortSignal, 'timeout', (ms: number) => {
    if (currentFlow() === undefined) return timeout.call(AbortSignal, ms);
    const controller = new AbortController();
    const reason = new DOMException('The operation was aborted due to timeout', 'TimeoutError');
    globalThis.setTimeout(() => controller.abort(reason), ms);
    return controller.signal;
  });
}

/** `setTimeout` as a promise, in the time of whoever calls. */
function delayed(ms?: number, value?: unknown, options?: { signal?: AbortSignal }): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const signal = options?.signal;
    if (signal?.aborted === true) {
      reject(signal.reason as Error);
      return;
    }
    const handle = globalThis.setTimeout(() => resolve(value), ms);
    signal?.addEventListener(
      'abort',
      () => {
        globalThis.clearTimeout(handle);
        reject(signal.reason as Error);
      },
      { once: true },
    );
  });
}

/** `setImmediate` as a promise. */
function soon(value?: unknown): Promise<unknown> {
  return new Promise((resolve) => globalThis.setImmediate(() => resolve(value)));
}

function installDates(): void {
  const nowMs = (): number => currentFlow()?.time.nowMs() ?? real.Date.now();
  const replacement = new Proxy(real.Date, {
    construct(target, args, newTarget) {
      const flow = args.length === 0 ? currentFlow() : undefined;
      return Reflect.construct(target, flow === undefined ? args : [flow.time.nowMs()], newTarget) as object;
    },
    apply(target) {
      return new target(nowMs()).toString();
    },
    get(target, key, receiver) {
      return key === 'now' ? nowMs : (Reflect.get(target, key, receiver) as unknown);
    },
  });
  replace(globalThis, 'Date', replacement);

  const realNow = real.now;
  replace(performance, 'now', () => currentFlow()?.time.elapsedMs() ?? realNow());
  const hrtime = process.hrtime;
  const virtualHrtime = (previous?: [number, number]): [number, number] => {
    const flow = currentFlow();
    if (flow === undefined) return hrtime.call(process, previous);
    const nanos = flow.time.elapsedMs() * 1e6 - (previous === undefined ? 0 : previous[0] * 1e9 + previous[1]);
    return [Math.floor(nanos / 1e9), nanos % 1e9];
  };
  virtualHrtime.bigint = (): bigint => {
    const flow = currentFlow();
    return flow === undefined ? hrtime.bigint() : BigInt(flow.time.elapsedMs()) * 1_000_000n;
  };
  replace(process, 'hrtime', virtualHrtime);
}

function installRandomness(): void {
  const random = Math.random;
  replace(Math, 'random', () => currentFlow()?.random.unit() ?? random.call(Math));
  const { randomUUID, randomBytes, randomInt, randomFillSync } = crypto;
  const uuid = (options?: object): string => {
    const flow = currentFlow();
    return flow === undefined ? randomUUID.call(crypto, options) : seededUuid(flow);
  };
  replace(crypto, 'randomUUID', uuid);
  replace(crypto, 'randomBytes', (size: number, callback?: (error: Error | null, bytes: Buffer) => void) => {
    const flow = currentFlow();
    if (flow === undefined) return callback === undefined ? randomBytes(size) : randomBytes(size, callback);
    const bytes = Buffer.alloc(size);
    flow.random.fill(bytes);
    if (callback === undefined) return bytes;
    globalThis.setImmediate(() => callback(null, bytes));
    return undefined;
  });
  replace(crypto, 'randomInt', (min: number, max?: number | Callback, callback?: Callback) => {
    const flow = currentFlow();
    if (flow === undefined) return (randomInt as Function)(min, max, callback) as unknown;
    const [from, to] = typeof max === 'number' ? [min, max] : [0, min];
    const value = from + flow.random.below(to - from);
    const done = typeof max === 'function' ? max : callback;
    if (done === undefined) return value;
    globalThis.setImmediate(() => done(null, value));
    return undefined;
  });
  replace(crypto, 'randomFillSync', (target: ArrayBufferView, offset?: number, size?: number) => {
    const flow = currentFlow();
    if (flow === undefined) return (randomFillSync as Function)(target, offset, size) as unknown;
    const bytes = new Uint8Array(target.buffer, target.byteOffset, target.byteLength);
    flow.random.fill(bytes.subarray(offset ?? 0, size === undefined ? undefined : (offset ?? 0) + size));
    return target;
  });

  const web = globalThis.crypto;
  const getRandomValues = web.getRandomValues.bind(web);
  const webUuid = web.randomUUID.bind(web);
  replace(web, 'getRandomValues', (target: ArrayBufferView) => {
    const flow = currentFlow();
    if (flow === undefined) return getRandomValues(target as Uint8Array<ArrayBuffer>);
    flow.random.fill(new Uint8Array(target.buffer, target.byteOffset, target.byteLength));
    return target;
  });
  replace(web, 'randomUUID', () => {
    const flow = currentFlow();
    return flow === undefined ? webUuid() : seededUuid(flow);
  });
}

/** A version 4 UUID from the flow's own random numbers (RFC 9562, section 5.4). */
function seededUuid(flow: Flow): string {
  const bytes = Buffer.alloc(16);
  flow.random.fill(bytes);
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
