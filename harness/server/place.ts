import type { ServerPower } from './power.js';
import type { Endpoint, LentServer, ServerSource } from './types.js';

/** A server that answers, wherever it came from; `start.ts` makes a `RedisServer` of it. @internal */
export interface Place {
  readonly endpoint: Endpoint;
  readonly source: ServerSource;
  /** One line for people: image name, binary path, address. */
  readonly description: string;
  /** Process id of the server on this machine where known; another one after a restart. */
  readonly pid?: number | undefined;
  /** The file that a preloaded clock maps, where one could be shared with the server. */
  readonly clockFile?: string;
  /** Absent where the server belongs to somebody else, or cannot come back at the same address. */
  readonly power?: ServerPower;
  /** Present where the server belongs to somebody else. */
  readonly lent?: LentServer;
  /** How the server came to its end; undefined while it runs. */
  readonly ended?: () => Promise<string | undefined>;
  /** Somebody else has ended it, by a signal: nothing that the lab did to it is the reason. */
  readonly killed?: boolean;
  /** Stops the server and removes everything that was started for it. May be called again. */
  stop(): Promise<void>;
}

/** Real milliseconds that the end of a server may take to be known once its connections have broken. @internal */
export const END_KNOWN_MS = 1000;

/** Real milliseconds that a server may take to answer after its start. @internal */
export const START_LIMIT_MS = 10_000;
