/**
 * What can be done to a server that the lab started itself, and to no other: the plug is pulled, it is put back, the
 * machine freezes and goes on. A caller closes its own connections, or replaces them.
 *
 * @public
 */
export interface ServerPower {
  /** How often it was started again; connections from before are lost. */
  readonly restarts: number;
  /**
   * Ends the server as `kill -9` does: without a word, and nothing is written to disk. Resolves when its address takes no
   * connections any more.
   */
  kill(): Promise<void>;
  /**
   * Starts it again with the same settings, at {@link RedisServer.endpoint}, and resolves when it answers. What an
   * earlier SAVE wrote is loaded; without one the store is empty. A preloaded clock is in force again.
   *
   * @throws ServerError when it does not start
   */
  start(): Promise<void>;
  /** Stops it where it is (SIGSTOP): connections stay open, and nothing is answered. */
  pause(): Promise<void>;
  /** Lets it go on. */
  resume(): Promise<void>;
}
