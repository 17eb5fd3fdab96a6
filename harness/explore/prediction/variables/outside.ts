import { createRequire, syncBuiltinESMExports } from 'node:module';
import { currentFlow } from '../../../base/flow.js';

type Called = (...args: never[]) => unknown;

const require = createRequire(import.meta.url);
/** Functions of Node that reach out of this process at once, and how that is called. */
const REACHES: readonly (readonly [module: string, names: RegExp, what: string])[] = [
  ['node:fs', /Sync$/, 'files'],
  ['node:child_process', /Sync$/, 'other programs'],
  ['node:module', /^(?:_load|runMain)$/, 'modules that it loads'],
  [
    'node:worker_threads',
    /^(?:receiveMessageOnPort|getEnvironmentData|setEnvironmentData)$/,
    'other threads',
  ],
];

/** The flow of it. */
const SETUP = 'the setup';

const taken = new WeakSet<object>();
const noticing = new WeakSet<object>();
let seen: string | undefined;
let watched = false;

/**
 * From now on it is noticed where the code of a worker or of an invariant uses files and programs while nobody else runs:
 * what is asynchronous the lab notices anyway (`clock/real-work.ts`). What it does stays as it is.
 *
 * @internal
 */
export function watchOutside(): void {
  if (watched) return;
  watched = true;
  for (const [name, which, what] of REACHES) {
    const module = require(name) as Record<string, unknown>;
    for (const key of Object.keys(module)) {
      const reach = module[key];
      if (typeof reach === 'function' && which.test(key)) module[key] = noticed(reach as Called, what);
    }
  }
  // So that `import { readFileSync } from 'node:fs'` sees it too.
  syncBuiltinESMExports();
}

function noticed(reach: Called, what: string): Called {
  taken.add(reach);
  const proxy = new Proxy(reach, {
    apply(target, self, args) {
      const flow = currentFlow();
      if (flow?.alive === true && flow.name !== SETUP) seen ??= `${flow.name} uses ${what}`;
      return Reflect.apply(target, self, args) as unknown;
    },
  });
  noticing.add(proxy);
  return proxy;
}

/** It is noticed when this one is called. @internal */
export function isNoticed(fn: object): boolean {
  return noticing.has(fn);
}

/** Somebody has kept this function before it was watched. @internal */
export function isUnnoticed(fn: object): boolean {
  return taken.has(fn);
}

/** Who has reached out since the last time that somebody asked. @internal */
export function reachedOut(): string | undefined {
  const who = seen;
  seen = undefined;
  return who;
}
