/**
 * The same function, of which only the first call does anything: every other one gets the first one's result.
 *
 * @internal
 */
export function once<T>(action: () => T): () => T {
  let result: { readonly of: T } | undefined;
  return () => (result ??= { of: action() }).of;
}
