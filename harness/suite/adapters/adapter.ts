/** What every adapter has: who makes the client, and which key is worked on. */
import type { WorkerContext } from '../../scenario/types.js';

/**
 * What the client of an adapter may be made with: the worker's own ioredis client, and what reaches the lab's Redis by any other.
 *
 * @public
 */
export type SuiteWorker = Pick<
  WorkerContext,
  'name' | 'redis' | 'connect' | 'clientOptions' | 'url' | 'address' | 'signal'
>;

/**
 * What each call of an adapter is given.
 *
 * @public
 */
export interface SuiteCall<Client> {
  /** What `client` made for this worker; the worker's ioredis client where there is none. */
  readonly client: Client;
  /** What it is about: the name of the lock, of the cached value, of whoever is limited. */
  readonly key: string;
}

/**
 * What every adapter may say.
 *
 * @public
 */
export interface ClientMaker<Client> {
  /**
   * Makes what the calls of one worker work with: a client, or the object of a library around one. Each worker stands for a
   * process of its own, so each has its own. Default: the worker's ioredis client.
   */
  readonly client?: (worker: SuiteWorker) => Client | Promise<Client>;
}

/**
 * What there are suites for.
 *
 * @public
 */
export type SuiteKind = 'lock' | 'cache' | 'limiter';

/** What there are suites for. @internal */
export const SUITE_KINDS: readonly SuiteKind[] = ['lock', 'cache', 'limiter'];
