/** The server went away, or did not answer: the execution cannot go on. @internal */
export class ServerGoneError extends Error {
  override name = 'ServerGoneError';
}

/** A reply that somebody waits for. @internal */
export interface PendingReply {
  /** Waits for a frame with these bytes, and gathers what comes before it. */
  readonly mark?: Buffer;
  /** What came before it, so far. */
  readonly gathered?: Buffer[];
  /** The reply is there. */
  readonly resolve: (reply: Buffer) => void;
  /** It will not come. */
  readonly reject: (error: Error) => void;
}
