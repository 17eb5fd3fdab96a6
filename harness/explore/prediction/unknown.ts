/** Something on the way was never seen: the execution has to be run. @internal */
export class UnknownError extends Error {
  override readonly name = 'UnknownError';
}
