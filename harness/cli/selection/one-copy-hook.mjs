/**
 * A hook of Node's loader: what a race file imports of this package comes from the copy that runs. In Node 20 it lives in
 * a thread of its own, where nothing could load TypeScript. @internal
 */
export function hookFor(entries) {
  return (specifier, context, next) =>
    Object.hasOwn(entries, specifier)
      ? { url: entries[specifier], shortCircuit: true }
      : next(specifier, context);
}

let hook = hookFor({});

/** What Node calls in that thread. @param entries - what may be imported, and from where @internal */
export function initialize(entries) {
  hook = hookFor(entries);
}

/** What Node calls for each import. @internal */
export const resolve = (specifier, context, next) => hook(specifier, context, next);
