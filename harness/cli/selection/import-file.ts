/** Loads somebody's own file, TypeScript or JavaScript, ESM or CommonJS, without a build step. */
import { readFileSync } from 'node:fs';
import Module, { createRequire, register } from 'node:module';
import { dirname, extname } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Exports } from '../context/context.js';
import { nearestManifest } from '../context/nearest-manifest.js';
import type { ResolveHook } from './one-copy-hook.mjs';

/** From a checkout it is TypeScript, as this file is. */
const ENDING = extname(new URL(import.meta.url).pathname);
/** What a race file may import of this package: from here, so that there is one copy of it in the process. */
const ENTRIES: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ['redis-race-lab', 'index'],
    ['redis-race-lab/lab', 'lab'],
    ['redis-race-lab/fast-check', 'fast-check'],
    ['redis-race-lab/suite', 'suite/index'],
  ].map(([name, file]) => [name, new URL(`../../${file}${ENDING}`, import.meta.url).href]),
);

let prepared: Promise<void> | undefined;

/**
 * Imports a file.
 *
 * @param path - absolute
 * @throws whatever the file throws, or what is wrong with it
 * @internal
 */
export async function importFile(path: string): Promise<Exports> {
  await prepareImports();
  return settled(isCommonJs(path) ? required(path) : (import(pathToFileURL(path).href) as Promise<Exports>));
}

/** Puts the loaders in place before there is something to import: it takes longer than most files. @internal */
export function prepareImports(): Promise<void> {
  return (prepared ??= prepare());
}

async function required(path: string): Promise<Exports> {
  const exported = createRequire(path)(path) as unknown;
  const isPlain = typeof exported === 'object' && exported !== null;
  // `module.exports = scenario(…)` is one thing that has no name.
  const isNamed =
    isPlain && !Array.isArray(exported) && !('workers' in exported) && !('variants' in exported);
  return isNamed ? (exported as Exports) : { default: exported };
}

/** Node just ends where nothing is left that a file could wait for. */
async function settled(loading: Promise<Exports>): Promise<Exports> {
  let giveUp = (): void => {};
  const never = new Promise<never>((_, reject) => {
    giveUp = () => reject(new Error('it awaits something at its top level that never comes'));
  });
  process.once('beforeExit', giveUp);
  try {
    return await Promise.race([loading, never]);
  } finally {
    process.off('beforeExit', giveUp);
  }
}

/** As Node decides, where the file says nothing by its syntax: TypeScript is compiled to what its package says. */
function isCommonJs(path: string): boolean {
  const ending = extname(path);
  if (/^\.m/.test(ending)) return false;
  if (/^\.c/.test(ending)) return true;
  const manifest = nearestManifest(dirname(path));
  if (manifest === undefined) return true;
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { type?: string }).type !== 'module';
}

/**
 * Puts the loaders in place, for good: a worker may import something only when it runs. Hooks of ESM do not see what
 * CommonJS requires, and tsx would make CommonJS, so a second copy, of a package that is ESM.
 */
async function prepare(): Promise<void> {
  const [cjs, esm] = await Promise.all([import('tsx/cjs/api'), import('tsx/esm/api')]);
  cjs.register();
  esm.register();
  const hooks = Module as unknown as {
    _load: (request: string, ...rest: unknown[]) => unknown;
    registerHooks?: (hooks: { resolve: ResolveHook }) => void;
  };
  const loaded = new Map<string, unknown>();
  for (const [name, url] of Object.entries(ENTRIES)) loaded.set(name, await import(url));
  const load = hooks._load;
  hooks._load = function (request, ...rest) {
    return loaded.has(request) ? loaded.get(request) : load.call(this, request, ...rest);
  };
  if (hooks.registerHooks === undefined) register('./one-copy-hook.mjs', import.meta.url, { data: ENTRIES });
  else {
    const { hookFor } = await import('./one-copy-hook.mjs');
    hooks.registerHooks({ resolve: hookFor(ENTRIES) });
  }
}
