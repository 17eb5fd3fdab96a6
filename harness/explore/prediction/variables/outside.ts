import { createRequire, syncBuiltinESMExports } from 'node:module';
import { callSites } from '../../../clock/call-sites.js';
import { currentFlow } from '../../../base/flow.js';
import { authorAt } from './author.js';

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

/** What stands between the caller and the function of Node: Node itself, this file, and how its caller was found. */
const PASSES_ON =
  /^node:|[\\/]prediction[\\/]variables[\\/]outside\.[jt]s$|[\\/]clock[\\/]call-sites\.[jt]s$/;
const FRAMES_MAX = 40;

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
      if (flow?.alive === true && flow.name !== 'setup' && !isByTheLab())
        seen ??= `${flow.name} uses ${what}`;
      return Reflect.apply(target, self, args) as unknown;
    },
  });
  noticing.add(proxy);
  return proxy;
}

/** Is it the lab, or a library that is known, that now calls a function, on behalf of whoever runs? */
function isByTheLab(): boolean {
  for (const site of callSites(FRAMES_MAX)) {
    const file = site.getFileName();
    if (file === null || file === undefined || PASSES_ON.test(file)) continue;
    return authorAt(file) !== 'others';
  }
  return false;
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
