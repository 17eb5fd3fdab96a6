/** Something is there that may keep state and shows nothing of it. @internal */
export class UnseenError extends Error {
  override readonly name = 'UnseenError';
}
