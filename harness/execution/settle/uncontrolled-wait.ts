/** A worker waits for something that the lab does not control. @internal */
export class UncontrolledWaitError extends Error {
  override name = 'UncontrolledWaitError';
}
