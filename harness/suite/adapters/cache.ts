import type { ClientMaker, SuiteCall } from './adapter.js';

/**
 * What the calls of a cache are given.
 *
 * @public
 */
export interface CacheCall<Client> extends SuiteCall<Client> {
  /** How long an entry is to last, in ms. */
  readonly ttlMs: number;
}

/**
 * A cache, as the suite uses it. `update`, or `invalidate`, or both: without either nobody can tell it of a change, and the hazards about
 * changes are *not applicable*.
 *
 * @public
 */
export interface CacheAdapter<Client> extends ClientMaker<Client> {
  /**
   * Reads through the cache.
   *
   * @param load - asks the source of truth, which takes a while. It gives a text, or null where there is nothing
   * @returns what was loaded, or what is cached of it
   */
  readonly getOrLoad: (
    load: () => Promise<string | null>,
    call: CacheCall<Client>,
  ) => Promise<string | null | undefined>;
  /**
   * Changes the source of truth, and sees to what is cached of it. Default: `write()`, then `invalidate`.
   *
   * @param write - changes the source of truth, and gives what is there now
   */
  readonly update?: (write: () => Promise<string>, call: CacheCall<Client>) => Promise<unknown>;
  /** Has what is cached be forgotten. */
  readonly invalidate?: (call: CacheCall<Client>) => Promise<unknown>;
  /** How long an entry lasts, in ms: what `getOrLoad` is asked for. Default: 1000. */
  readonly ttlMs?: number;
  /** Of many that miss at once, in whichever process, one loads. Default: true; false: it does not promise that. */
  readonly oneLoad?: boolean;
  /** That there is nothing is cached, too. Default: false. */
  readonly negative?: boolean;
  /** Without Redis it asks the source of truth. Default: true; false: it does not promise that. */
  readonly fallback?: boolean;
  /** It keeps entries in the process as well, and tells other processes of changes: after how many ms all have heard, at most. */
  readonly localLagMs?: number;
}
