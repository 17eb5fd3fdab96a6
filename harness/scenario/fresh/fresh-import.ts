import Module, { createRequire, register } from 'node:module';
import { pathToFileURL } from 'node:url';
import { regexpText } from '../../base/text.js';
import { ScenarioError } from '../../base/scenario-error.js';
import { shown } from '../../base/shown.js';

/** Clients stay as they are: they hold no state but in their objects, and the lab knows them by their classes. */
const CLIENTS = ['ioredis', 'iovalkey', 'redis', '@redis/client'];
/** Nobody could take part in a race with another copy of the lab. */
const KEPT = ['redis-race-lab', ...CLIENTS];
/** Modules are never given back by Node, so there is an end to it. */
const IMPORTS_MAX = 100_000;

let hooked = false;
let imports = 0;

/**
 * Imports a module as if nobody had done so before, with all that it imports or requires: for code that keeps something
 * in its modules (a cache, a memo, a promise of a connection) which would be left over from the execution before. To be
 * called in `app.start` or in `setup`. Built-in modules, this package, and the clients `ioredis`, `iovalkey`, `redis` and
 * `@redis/client` stay as they are.
 *
 * Node keeps every module that it has ever loaded, so memory grows with each execution by what these modules take. Vitest and
 * Jest load TypeScript by themselves: there, use `vi.resetModules()` or `jest.resetModules()`, and an `import()` in the test's own file.
 *
 * @param specifier - a relative path, or the name of a package
 * @param from - the file from which it is found: `import.meta.url`
 * @returns what the module exports
 * @throws ScenarioError for anything that is not a name, after 100,000 imports, or whatever the module throws
 * @example
 * ```ts
 * import { explore, freshImport, scenario } from 'redis-race-lab';
 *
 * const once = scenario({
 *   name: 'a helper that remembers',
 *   app: {
 *     addresses: ['redis://localhost:6379'],
 *     start: () => freshImport<typeof import('node:path')>('node:path', import.meta.url),
 *   },
 *   workers: async ({ redis }) => void (await redis.incr('n')),
 *   invariants: [],
 * });
 * console.log((await explore(once)).kind); // holds
 * ```
 * @public
 */
export async function freshImport<Exports = unknown>(
  specifier: string,
  from: string | URL,
): Promise<Exports> {
  if (typeof specifier !== 'string' || specifier === '')
    throw new ScenarioError(`freshImport takes the name of a module, not ${shown(specifier)}`);
  if (!URL.canParse(String(from)) || !String(from).startsWith('file:'))
    throw new ScenarioError(
      `freshImport("${specifier}", …) takes the file from which it is found, import.meta.url, not ${shown(String(from))}`,
    );
  if (imports >= IMPORTS_MAX)
    throw new ScenarioError(
      `freshImport was called ${IMPORTS_MAX} times in this process, and Node keeps each of these modules: ` +
        'explore fewer executions, or have the module forget by itself',
    );
  if (Module.isBuiltin(specifier)) return (await import(specifier)) as Exports;
  imports += 1;
  hook();
  const url = find(specifier, from);
  url.searchParams.set('race-lab-fresh', `${imports}`);
  return withoutRequired(String(from), () => import(url.href) as Promise<Exports>);
}

function find(specifier: string, from: string | URL): URL {
  if (/^\.{0,2}\//.test(specifier)) return new URL(specifier, from);
  if (specifier.startsWith('file:')) return new URL(specifier);
  return pathToFileURL(createRequire(from).resolve(specifier));
}

/** Loads with nothing of CommonJS in the cache but what is kept, and puts back what was there. */
async function withoutRequired<Exports>(from: string, load: () => Promise<Exports>): Promise<Exports> {
  const { cache } = createRequire(from);
  const pattern = new RegExp(keptPattern());
  const before = new Map<string, NodeJS.Module>();
  for (const [path, module] of Object.entries(cache)) {
    if (module === undefined || pattern.test(pathToFileURL(path).href)) continue;
    before.set(path, module);
    delete cache[path];
  }
  try {
    return await load();
  } finally {
    for (const [path, module] of before) cache[path] = module;
  }
}

function hook(): void {
  if (hooked) return;
  hooked = true;
  register('./fresh-hook.mjs', import.meta.url, { data: { keep: keptPattern() } });
}

/** This package may be a checkout, too. */
function keptPattern(): string {
  const here = new URL('../..', import.meta.url).href;
  const packages = KEPT.map((name) => `/node_modules/${name}/`);
  return [here, ...packages].map(regexpText).join('|');
}
