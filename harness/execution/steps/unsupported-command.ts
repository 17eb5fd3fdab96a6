/** A command that the lab cannot order, or must not let through. @internal */
export class UnsupportedCommandError extends Error {
  override name = 'UnsupportedCommandError';
}
