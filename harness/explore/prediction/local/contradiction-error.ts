/** Somebody was told the same and did something else, or what was learned has changed since. @internal */
export class ContradictionError extends Error {
  override readonly name = 'ContradictionError';
}
