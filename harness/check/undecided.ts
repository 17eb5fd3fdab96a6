/** What an invariant throws when it looked and could not tell: never a pass, and never a break. @internal */
export class UndecidedError extends Error {
  override name = 'UndecidedError';
}
