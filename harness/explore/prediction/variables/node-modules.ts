import { builtinModules, createRequire } from 'node:module';
import { types } from 'node:util';

const require = createRequire(import.meta.url);
/** Node lists there what it has loaded; its declarations leave it out. */
const { moduleLoadList } = process as unknown as { readonly moduleLoadList?: readonly string[] };

const modules = new Set<unknown>();
let loaded = -1;

/**
 * Is that a module of Node itself? What those keep is not looked at.
 *
 * @internal
 */
export function isOfNode(value: object): boolean {
  if (loaded !== (moduleLoadList?.length ?? 0)) learn();
  if (modules.has(value)) return true;
  if (!types.isModuleNamespaceObject(value)) return false;
  const { default: whole } = value as { readonly default?: object };
  if (!modules.has(whole)) return false;
  return Object.keys(value).every(
    (name) => name === 'default' || name === 'module.exports' || name in whole!,
  );
}

function learn(): void {
  const list = new Set(moduleLoadList);
  for (const name of builtinModules) {
    if (!list.has(`NativeModule ${name}`)) continue;
    try {
      modules.add(require(`node:${name}`));
    } catch {
      // Some are only there with an option.
    }
  }
  loaded = moduleLoadList?.length ?? 0;
}
