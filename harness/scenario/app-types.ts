import type { Reach } from './client-types.js';

/**
 * The application as it is: code that has its own client, made when its modules are loaded, or in a function of its own.
 * During an execution these clients are the lab's, all workers share them, and each execution finds them as new.
 *
 * @public
 */
export interface AppOptions<App = unknown> {
  /**
   * Client objects that its modules make: of ioredis 4 to 6, iovalkey, or node-redis 4 to 6 (`createClient`). The first
   * exploration disconnects them. Each execution connects those again, to the lab, that were connecting or connected; others
   * wait for whoever connects them.
   */
  readonly clients?: readonly object[];
  /**
   * Where the application looks for its Redis: `redis://localhost:6379`, `localhost:6379`, or the path of a unix socket. Whatever
   * code of an execution connects there, by any client, is the lab's.
   */
  readonly addresses?: readonly string[];
  /**
   * Starts the application anew, in each execution, after `setup` and before the workers. What it sends is not ordered, and
   * no fault strikes it. What it returns is the `app` of every worker; a client that it returns is shared by them.
   */
  readonly start?: (context: Reach) => Promise<App> | App;
}

/**
 * The application, every default filled in.
 *
 * @public
 */
export interface App {
  /** Client objects that its modules made. */
  readonly clients: readonly object[];
  /** Where it looks for its Redis. */
  readonly addresses: readonly string[];
  /** Starts it anew. */
  readonly start: ((context: Reach) => unknown) | undefined;
}
