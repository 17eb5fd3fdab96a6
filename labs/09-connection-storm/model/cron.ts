/**
 * The cause of the stall, as a model: what the cron of a Redis does to the query buffers of its clients. Ten times a
 * second (`hz`) it visits some of them, and gives back memory that a buffer does not need.
 */

/** A buffer as large as this is a big one, in bytes; it is also what a client has after its first command. */
export const BIG_BYTES = 32 * 1024;

/** What the cron sees of a client. */
export interface CronClient {
  /** What its query buffer takes, used or not. */
  readonly bufferBytes: number;
  readonly usedBytes: number;
  /** The most that was in use since the last visit. */
  readonly peakBytes: number;
  /** Whole seconds since it last said something. */
  readonly idleSeconds: number;
}

/** Whether a buffer is to be shrunk. */
export type ShrinkRule = (client: CronClient) => boolean;

/** The server divides whole numbers. */
function outgrown({ bufferBytes, peakBytes }: CronClient): boolean {
  return bufferBytes > BIG_BYTES && Math.floor(bufferBytes / (peakBytes + 1)) > 2;
}

function free({ bufferBytes, usedBytes }: CronClient): number {
  return bufferBytes - usedBytes;
}

/** The rules that there were, by what they are called in the lesson. */
export const RULES = {
  /** Up to Redis 4: a client that was quiet for a moment loses its buffer, as soon as that is larger than 1 KB. */
  old: (client) =>
    (outgrown(client) || (client.bufferBytes > 1024 && client.idleSeconds > 2)) && free(client) > 1024,
  /** The patch of the story, and Redis 5: what every client has anyway is left alone. */
  patched: (client) =>
    client.bufferBytes > BIG_BYTES && (outgrown(client) || client.idleSeconds > 2) && free(client) > 1024,
  /** Redis 7: idle clients lose theirs again; what changed is what that costs. */
  modern: (client) =>
    free(client) > 4 * 1024 &&
    (client.idleSeconds > 2 ||
      (client.bufferBytes > BIG_BYTES && Math.floor(client.bufferBytes / 2) > client.peakBytes)),
} as const satisfies Record<string, ShrinkRule>;

/** Name of a rule. */
export type RuleName = keyof typeof RULES;

/** How many clients the cron visits each time. */
export const WALKS = {
  /** Everybody once a second, and never fewer than five. */
  'every-second': (clients, hz) => Math.max(Math.floor(clients / hz), 5),
  /** Redis 2.6 and 2.8: everybody once in ten seconds, and never fewer than fifty. */
  'every-ten-seconds': (clients, hz) => Math.max(Math.floor(clients / (hz * 10)), 50),
} as const satisfies Record<string, (clients: number, hz: number) => number>;

/** Name of a way to walk. */
export type WalkName = keyof typeof WALKS;

/**
 * How many clients one run of the cron visits.
 *
 * @param hz - runs a second
 */
export function visited(clients: number, hz: number, walk: WalkName): number {
  return Math.min(clients, WALKS[walk](clients, hz));
}

/** What runs of the cron did, one entry each. */
export interface CronRun {
  readonly visited: number;
  /** Clients that met the rule. */
  readonly shrunk: number;
}

/**
 * Runs the cron once over every client. A client that was shrunk has no free room any more, so that it does not meet a
 * rule twice.
 *
 * @param clients - in the order of the server's list: who came last stands at its end
 * @throws RangeError where there is nothing to walk by
 */
export function walkOnce(
  clients: readonly CronClient[],
  { hz, rule, walk }: { readonly hz: number; readonly rule: RuleName; readonly walk: WalkName },
): CronRun[] {
  if (!(hz > 0)) throw new RangeError(`hz must be above 0, not ${hz}`);
  const each = visited(clients.length, hz, walk);
  const runs: CronRun[] = [];
  for (let at = 0; at < clients.length; at += each) {
    const met = clients.slice(at, at + each);
    runs.push({ visited: met.length, shrunk: met.filter((client) => RULES[rule](client)).length });
  }
  return runs;
}
