/** What something else than the lab found of the bug of a pair. Real time decides it: it is another one each time. */
export interface Tried {
  /** What broke; null where nothing did. */
  readonly found: string | null;
  /** Rounds that were run: with the one that broke, where one did. */
  readonly rounds: number;
  /** Real time taken. */
  readonly ms: number;
  /** Rounds at most. */
  readonly most: number;
  /** Real time at most. */
  readonly limitMs: number;
}

/** Both that are tried; null where the process had to be ended. */
export interface Plain {
  readonly stress: Tried | null;
  readonly scheduler: Tried | null;
}
