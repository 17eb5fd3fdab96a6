import { createRequire, syncBuiltinESMExports } from 'node:module';
import { counted } from '../counted.js';
import { watchRealWork } from './real-work.js';
import { replaceDates } from './replace-dates.js';
import { replaceRandomness } from './replace-randomness.js';
import { replaceTimers } from './replace-timers.js';

const require = createRequire(import.meta.url);

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

/** Replaces a property of an object until everything is put back. */
export type Replace = (target: object, key: string, value: unknown) => void;

const undo: (() => void)[] = [];

/**
 * Puts virtual time and seeded randomness in place of the real ones, for code that runs in a flow. Everything
 * else in the process (the lab, the test runner, other tests) keeps the real ones: each replacement first asks
 * whether a flow is running. Nested calls count.
 *
 * Replaced: `setTimeout`, `setInterval`, `setImmediate` and their `clear…`, also in `node:timers` and
 * `node:timers/promises`; `queueMicrotask`; `Date`; `performance.now`; `process.hrtime`; `AbortSignal.timeout`;
 * `Math.random`; the random functions of `node:crypto` and `globalThis.crypto`.
 *
 * @returns a function that takes this installation back
 */
export const installGlobals = counted(install);

function install(): () => void {
  undo.push(watchRealWork());
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

const replace: Replace = (target, key, value) => {
  const before = Object.getOwnPropertyDescriptor(target, key);
  Object.defineProperty(target, key, {
    value,
    writable: true,
    configurable: true,
    enumerable: before?.enumerable ?? true,
  });
  undo.push(() => {
    if (before === undefined) Reflect.deleteProperty(target, key);
    else Object.defineProperty(target, key, before);
  });
};
