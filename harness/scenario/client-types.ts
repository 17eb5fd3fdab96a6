import type { Redis, RedisOptions } from 'ioredis';

/**
 * Options with which a client of the ioredis family (ioredis 4 to 6, iovalkey) comes to the lab: hand them on as they are,
 * `new Redis(options)`, with others beside them if need be. How the client gets there is inside and differs; what is named
 * here is what every version knows.
 *
 * @public
 */
export interface ClientOptions {
  /** Where the client connects to; left out where it comes in without an address. */
  readonly host?: string;
  /** The same. */
  readonly port?: number;
  /** Of the server; Redis has 16, from 0. */
  readonly db?: number;
  /** What the client puts before every key. */
  readonly keyPrefix?: string;
  /** Commands wait until the first connection is there. */
  readonly enableOfflineQueue?: boolean;
  /** Reconnects after which waiting commands fail; null: never. */
  readonly maxRetriesPerRequest?: number | null;
  /** How long to wait before the n-th reconnect, in ms; null: no reconnect. */
  readonly retryStrategy?: (times: number) => number | null;
}

/**
 * What the lab needs of a client object that a scenario constructs: any of ioredis 4 to 6 or of iovalkey has it.
 *
 * @public
 */
export interface IoredisClient {
  /** How far it is: `connecting`, `ready`, `end`. */
  readonly status: string;
  /** Ends its connection. */
  disconnect(): void;
  /** Makes another client with the same options. */
  duplicate(): unknown;
}

/**
 * How code of a scenario reaches the lab's Redis by clients that it makes itself.
 *
 * @public
 */
export interface Reach {
  /**
   * Opens one more connection.
   *
   * @param options - ioredis options on top of the scenario's
   */
  readonly connect: (options?: RedisOptions) => Redis;
  /** Options for a client that you construct yourself: `new Redis(context.clientOptions)`, of any ioredis since 4, or iovalkey. */
  readonly clientOptions: ClientOptions;
  /** The lab's Redis for any other client in this process: `createClient({ url: context.url })`. */
  readonly url: string;
  /** The same, in parts. */
  readonly address: { readonly host: string; readonly port: number };
}
