import { createRequire, syncBuiltinESMExports } from 'node:module';
import { counted } from '../base/counted.js';
import { watchRealWork } from './real-work.js';
import type { Replace } from './replace.js';
import { replaceDates } from './replace-dates.js';
import { replaceRandomness } from './replace-randomness.js';
import { replaceTimers } from './replace-timers.js';

const require = createRequire(import.meta.url);

/** The real functions, for the lab itself. @internal */
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

/** What the lab has put in place. */
const placed = new WeakSet();

/**
 * Makes sure that virtual time and seeded randomness are in place of the real ones, for code that runs in a flow, and watches
 * what such code does past the lab. Everything else in the process (the lab, the test runner, other tests) gets the real
 * ones: each replacement first asks whether a flow is running. Nested calls count.
 *
 * Replaced: `setTimeout`, `setInterval`, `setImmediate` and their `clear…`, also in `node:timers` and
 * `node:timers/promises`; `queueMicrotask`; `Date`; `performance.now` and `timeOrigin`; `process.hrtime` and `uptime`;
 * `AbortSignal.timeout`; `Math.random`; the random functions of `node:crypto` and `globalThis.crypto`.
 *
 * They are there from the moment at which this package is loaded, and stay: modules that are loaded later may keep a
 * reference (`const { randomUUID } = crypto`), and call it in a worker. This only puts back what somebody else, such as fake timers
 * of a test, has put over them.
 *
 * @returns a function that takes this installation back
 * @internal
 */
export const installGlobals = counted(() => {
  const putBack = install();
  const unwatch = watchRealWork();
  return () => {
    unwatch();
    putBack();
  };
});

/** @returns a function that takes away what this call has put in place */
function install(): () => void {
  const undo: (() => void)[] = [];
  const replace: Replace = (target, key, value, as = 'value') => {
    const before = Object.getOwnPropertyDescriptor(target, key);
    const current: unknown = before?.value ?? before?.get;
    if (placed.has(current as object)) return;
    placed.add(value as object);
    const enumerable = before?.enumerable ?? true;
    const descriptor = as === 'getter' ? { get: value as () => unknown } : { value, writable: true };
    Object.defineProperty(target, key, { ...descriptor, configurable: true, enumerable });
    undo.push(() => {
      if (before === undefined) Reflect.deleteProperty(target, key);
      else Object.defineProperty(target, key, before);
    });
  };
  replaceTimers(replace, {
    timers: require('node:timers') as typeof import('node:timers'),
    timersPromises: require('node:timers/promises') as typeof import('node:timers/promises'),
  });
  replaceDates(replace);
  replaceRandomness(replace, require('node:crypto') as typeof import('node:crypto'));
  // So that `import { randomUUID } from 'node:crypto'` sees it too.
  syncBuiltinESMExports();
  return () => {
    for (const step of undo.splice(0).reverse()) step();
    syncBuiltinESMExports();
  };
}

install();
