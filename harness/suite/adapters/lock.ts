import type { ClientMaker, SuiteCall } from './adapter.js';

/**
 * What the calls of a lock are given.
 *
 * @public
 */
export interface LockCall<Client> extends SuiteCall<Client> {
  /** How long the lease is to last, in ms. */
  readonly ttlMs: number;
}

/**
 * What the call is given that takes a lock.
 *
 * @public
 */
export interface AcquireCall<Client> extends LockCall<Client> {
  /** How long to wait while the lock is taken, in ms. 0, unless the adapter says that it `waits`: try once, and say no. */
  readonly waitMs: number;
}

/**
 * A lock, as the suite uses it: how to take it and give it back, and what else it can do. What is left out is no fault: the hazards that
 * need it are *not applicable*.
 *
 * @public
 */
export interface LockAdapter<Handle, Client> extends ClientMaker<Client> {
  /**
   * Takes the lock.
   *
   * @returns what `release` and `extend` need to know; null, undefined or false: it is taken. An error says that, too, unless
   * it is one of the connection (a lost one, a timeout), after which nobody can tell
   */
  readonly acquire: (call: AcquireCall<Client>) => Promise<Handle | null | undefined | false>;
  /**
   * Gives it back.
   *
   * @returns true: it was still its own; false: it was not; anything else says nothing about that
   */
  readonly release: (handle: Handle, call: LockCall<Client>) => Promise<unknown>;
  /**
   * Has the lease last `ttlMs` from now on.
   *
   * @returns another handle where there is a new one; false or null: it is not its own any more, and so does an error say
   */
  readonly extend?: (handle: Handle, call: LockCall<Client>) => Promise<unknown>;
  /** The fencing token of a handle: a number that grows with each holder. */
  readonly token?: (handle: Handle) => number | bigint;
  /** How long a lease lasts, in ms: what `acquire` is asked for. Default: 1000. */
  readonly ttlMs?: number;
  /** `acquire` can wait while the lock is taken, for `waitMs`. Default: false. */
  readonly waits?: boolean;
  /** It makes its lease longer by itself, as long as the process of the holder goes on. Default: false. */
  readonly renews?: boolean;
  /** Who waits longest is next. Default: false. */
  readonly fair?: boolean;
}
