/** What a storm is made of. It is handed to another process, so it is plain data. */

/** How the process of a storm ends where there is no server that it could start. */
export const NO_SERVER = 3;

/** One storm. Times in ms. */
export interface StormOptions {
  /** Requests a second, each from its own client. */
  readonly ratePerSecond: number;
  /** Requests for each connection: 1 for short connections, more where they are kept alive. */
  readonly reuse: number;
  /** Connections at most for these requests; who finds none waits in the client. 0: no limit. */
  readonly poolSize: number;
  /** Clients with a connection of their own all the time: so many at first, so many at the end. */
  readonly steady: readonly [number, number];
  /** Such a client asks once in this time. */
  readonly steadyEveryMs: number;
  /** What a steady client does whose request was not answered in time. */
  readonly reconnect: Reconnect;
  /** What the server passes to `listen`. */
  readonly backlog: number;
  /** Before the server stands still, while it does, and after it. */
  readonly calmMs: number;
  readonly stallMs: number;
  readonly afterMs: number;
  /** How it is made to stand still: by a command that sleeps, or by a signal. */
  readonly stallBy: 'debug-sleep' | 'sigstop';
  readonly connectTimeoutMs: number;
  readonly replyTimeoutMs: number;
  /** Whether a handshake that ends at a full queue is answered with a reset; needs a network namespace of its own. */
  readonly abortOnOverflow: boolean;
}

/** When a client connects again: at once, after a fixed time, or at a random time within a second. */
export type Reconnect = 'at-once' | 'fixed' | 'jitter';

/** The rate and the number of clients of the story. */
const STORY = { ratePerSecond: 2000, steady: [3500, 4100] } as const;

/** The storm of the story: short connections, and a server that stands still for 1.43 s. */
export const USUAL_STORM: Omit<StormOptions, 'ratePerSecond' | 'steady' | 'backlog'> = {
  reuse: 1,
  poolSize: 0,
  steadyEveryMs: 5000,
  reconnect: 'at-once',
  calmMs: 400,
  stallMs: 1430,
  afterMs: 700,
  stallBy: 'debug-sleep',
  connectTimeoutMs: 600,
  replyTimeoutMs: 3000,
  abortOnOverflow: false,
};

/** What may be said otherwise than in the story; the backlog is that of the story, and scaled like everything else. */
export type StormChanges = Partial<StormOptions> & { readonly backlog: number };

/**
 * The storm of the story, smaller.
 *
 * @param scale - above 0, at most 1: rate, clients and backlog are multiplied by it; times are not
 */
export function stormOf(scale: number, changes: StormChanges): StormOptions {
  if (!(scale > 0 && scale <= 1)) throw new RangeError(`scale must be above 0 and at most 1, not ${scale}`);
  const scaled = (number: number): number => Math.max(1, Math.round(number * scale));
  const { ratePerSecond = STORY.ratePerSecond, steady = STORY.steady, backlog, poolSize = 0 } = changes;
  return {
    ...USUAL_STORM,
    ...changes,
    ratePerSecond: scaled(ratePerSecond),
    steady: [Math.round(steady[0] * scale), Math.round(steady[1] * scale)],
    backlog: scaled(backlog),
    poolSize: poolSize === 0 ? 0 : scaled(poolSize),
  };
}

/** Connections that are there at any scale. */
export const CONNECTIONS_BESIDES = 64;

/** Connections that may be open at once at the worst: those of a whole stall, and every steady client. */
export function connectionsOf({ ratePerSecond, stallMs, afterMs, steady }: StormOptions): number {
  return Math.ceil((ratePerSecond * (stallMs + afterMs)) / 1000) + steady[1] + CONNECTIONS_BESIDES;
}
