/**
 * Copies of an input in each of which one array, however deep, has one element fewer; the last elements go first. An
 * array of fast-check that has a least length drops elements from its front only, so that the last ones would stay,
 * needed or not. A function of the value alone.
 *
 * @internal
 */
export function* shorterInputs(input: unknown): Generator {
  if (Array.isArray(input)) {
    for (let at = input.length - 1; at >= 0; at--) yield input.toSpliced(at, 1);
    for (const [at, element] of input.entries())
      for (const shorter of shorterInputs(element)) yield input.with(at, shorter);
  } else if (isPlain(input)) {
    for (const [name, value] of Object.entries(input))
      for (const shorter of shorterInputs(value)) {
        const copy: object = Object.create(Object.getPrototypeOf(input) as object | null);
        yield Object.assign(copy, input, { [name]: shorter });
      }
  }
}

/** What has methods or hidden state cannot be copied entry by entry. */
function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
