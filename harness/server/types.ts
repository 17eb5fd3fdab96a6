import type { ServerPower } from './power.js';

/** Where a client finds the server: a unix socket where possible, else a TCP address. */
export type Endpoint = { readonly path: string } | { readonly host: string; readonly port: number };

/** What kind of place a real Redis came from. */
export type ServerSource = 'container' | 'process' | 'download' | 'address';

/** What the caller asked for: a kind, or a `redis://` address given by hand. */
export type ServerRequest = 'auto' | 'container' | 'process' | `redis://${string}`;

/** How the wall clock of the server is controlled; see `harness/clock`. */
export type ServerClockMode = 'shim' | 'ttl-shift' | 'real';

export interface StartServerOptions {
  /** Where to get a Redis from. Default: `RACE_LAB_REDIS`, else `auto`. */
  readonly redis?: ServerRequest;
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

/** A running Redis that belongs to the lab: it may be flushed at any time. */
export interface RedisServer {
  readonly endpoint: Endpoint;
  /** `redis_version` (or `valkey_version`) as the server reports it, for example `7.0.15`. */
  readonly version: string;
  /** `redis` or `valkey`. */
  readonly product: 'redis' | 'valkey';
  readonly source: ServerSource;
  /** One line for people: image name, binary path, address. */
  readonly description: string;
  readonly clockMode: ServerClockMode;
  /** With `clockMode: 'shim'`: the memory-mapped file that the preloaded library reads. */
  readonly clockFile?: string | undefined;
  /** Why the clock is not the `shim`, or not one compiled here: one line for people. */
  readonly clockReason?: string;
  /** Process id of the server on this machine where known (process and download); another one after a restart. */
  readonly pid?: number | undefined;
  /** For faults of the server itself; absent for a server given by address, which is not the lab's to stop. */
  readonly power?: ServerPower;
  /** How it came to its end, in a few words for people; undefined while it runs. Absent where nobody can tell. */
  readonly ended?: () => Promise<string | undefined>;
  /** Stops the server and removes everything that was started for it. Safe to call twice. */
  stop(): Promise<void>;
}
