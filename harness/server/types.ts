import type { ServerPower } from './power.js';

/**
 * Where a client finds the server: a unix socket where possible, else a TCP address.
 *
 * @public
 */
export type Endpoint = { readonly path: string } | { readonly host: string; readonly port: number };

/**
 * What kind of place a real Redis came from.
 *
 * @public
 */
export type ServerSource = 'container' | 'process' | 'download' | 'address';

/**
 * Which of the two servers it is.
 *
 * @public
 */
export type ServerProduct = 'redis' | 'valkey';

/**
 * What the caller asked for: a kind, or a `redis://` address given by hand.
 *
 * @public
 */
export type ServerRequest = 'auto' | 'container' | 'process' | `redis://${string}`;

/** How the wall clock of the server can be controlled; see `harness/server-clock`. The best one first. @internal */
export const SERVER_CLOCK_MODES = ['shim', 'ttl-shift', 'real'] as const satisfies readonly ServerClockMode[];
/**
 * One of these ways.
 *
 * @public
 */
export type ServerClockMode = 'shim' | 'ttl-shift' | 'real';

/**
 * What may be asked of a server.
 *
 * @public
 */
export interface StartServerOptions {
  /** Where to get a Redis from. Default: `RACE_LAB_REDIS`, else `auto`. */
  readonly redis?: ServerRequest;
  /**
   * Which server it must be, as `redis-8`, `redis-7.0` or `valkey-8`: its official image, one on the `PATH`, or a package
   * that is downloaded, of a newer release of the distribution where needed. Default: `RACE_LAB_SERVER_VERSION`, else any.
   */
  readonly version?: string;
  /** Container image. Default: `RACE_LAB_IMAGE`, else the current official tag. */
  readonly image?: string;
  /** Wanted clock mode; `auto` takes the best one this machine offers. Default: `RACE_LAB_CLOCK`, else `auto`. */
  readonly clock?: ServerClockMode | 'auto';
  /** Hosts other than loopback that may be used when an address is given by hand. */
  readonly allowHosts?: readonly string[];
  /** Path of the server binary; with it `auto` means `process`. Default: `RACE_LAB_REDIS_BINARY`, else found on the `PATH`. */
  readonly binary?: string;
  /** More arguments for the server, `--name value …`; they come last, so they win over the lab's own. */
  readonly args?: readonly string[];
  /** Called with one line for people about slow or surprising things (image built, package downloaded). */
  readonly notify?: (line: string) => void;
}

/**
 * A server that somebody else runs and lent the lab.
 *
 * @public
 */
export interface LentServer {
  /**
   * Resolves with the keys that are there, each as `database:key`, when all of them are the lab's own; rejects with a
   * `ServerError` when somebody else has written to the server.
   */
  ownKeys(): Promise<readonly string[]>;
}

/**
 * A running Redis that belongs to the lab: it may be flushed at any time.
 *
 * @public
 */
export interface RedisServer {
  /** Where a client finds it. */
  readonly endpoint: Endpoint;
  /** `redis_version` (or `valkey_version`) as the server reports it, for example `7.0.15`. */
  readonly version: string;
  /** Redis or Valkey. */
  readonly product: ServerProduct;
  /** What kind of place it came from. */
  readonly source: ServerSource;
  /** One line for people: image name, binary path, address. */
  readonly description: string;
  /** How its wall clock is controlled. */
  readonly clockMode: ServerClockMode;
  /** With `clockMode: 'shim'`: the memory-mapped file that the preloaded library reads. */
  readonly clockFile?: string | undefined;
  /** Why the clock is not the `shim`, or not one compiled here: one line for people. */
  readonly clockReason?: string;
  /** Process id of the server on this machine where known (process and download); another one after a restart. */
  readonly pid?: number | undefined;
  /**
   * For faults of the server itself. Absent for a server given by address, which is not the lab's to stop, and for a
   * container that would come back at another address.
   */
  readonly power?: ServerPower;
  /** How it came to its end, in a few words for people; undefined while it runs. Absent for a server given by address. */
  readonly ended?: () => Promise<string | undefined>;
  /** Present for a server given by address: it is somebody else's, and watched for what they write. */
  readonly lent?: LentServer;
  /** Stops the server and removes everything that was started for it. Safe to call twice. */
  stop(): Promise<void>;
}
