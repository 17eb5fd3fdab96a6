/**
 * A hook of Node's loader, in a thread of its own: what a fresh module imports is fresh as well, by the same number. What is
 * built in, and packages that are kept, stay as they are. @internal
 */
let kept = /^$/;

/** What Node calls in that thread. @param data - the packages that are kept, as a pattern of paths @internal */
export function initialize({ keep }) {
  kept = new RegExp(keep);
}

/** What Node calls for each import. @internal */
export async function resolve(specifier, context, next) {
  const resolved = await next(specifier, context);
  const number = context.parentURL === undefined ? null : numberOf(context.parentURL);
  if (number === null || !resolved.url.startsWith('file:') || kept.test(resolved.url)) return resolved;
  const url = new URL(resolved.url);
  url.searchParams.set('race-lab-fresh', number);
  return { ...resolved, url: url.href };
}

function numberOf(url) {
  return url.startsWith('file:') ? new URL(url).searchParams.get('race-lab-fresh') : null;
}
