/** Clients that lost their connection together, as the exercise plays them: in virtual time, without a network. */

/** What is played. */
export interface Reconnecting {
  readonly clients: number;
  /** How long the server still stands still, in ms; its queue takes as many as have a place. */
  readonly standsStillMs: number;
  readonly places: number;
  /** A connect that finds no place fails after this. */
  readonly connectTimeoutMs: number;
  /** What they ask how long to wait. */
  readonly waitMs: (attempt: number, random: () => number) => number;
  readonly random: () => number;
  /** Nobody tries for longer than this. */
  readonly untilMs: number;
}

/** What happened. */
export interface Reconnected {
  /** When somebody connected, or tried to: ms, in order. */
  readonly connects: readonly number[];
  /** Clients that have a connection at the end. */
  readonly back: number;
}

/** The longest that a timer of Node waits. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/** Plays it. */
export function reconnect(options: Reconnecting): Reconnected {
  const { clients, standsStillMs, places, connectTimeoutMs, waitMs, random, untilMs } = options;
  const next = Array.from({ length: clients }, () => ({ at: asTimer(waitMs(1, random)), attempt: 1 }));
  const connects: number[] = [];
  let back = 0;
  let queued = 0;
  while (next.length > 0) {
    const first = next.reduce((earliest, one) => (one.at < earliest.at ? one : earliest));
    if (first.at > untilMs) break;
    connects.push(first.at);
    const fits = first.at >= standsStillMs || queued < places;
    if (fits) {
      // Who has a place waits there until the server goes on.
      if (first.at < standsStillMs) queued += 1;
      back += 1;
      next.splice(next.indexOf(first), 1);
    } else {
      first.attempt += 1;
      first.at += connectTimeoutMs + asTimer(waitMs(first.attempt, random));
    }
  }
  return { connects, back };
}

/** What Node makes of it: a timer takes 1 ms at least, and one that is no number, or too large, takes just that. */
function asTimer(ms: number): number {
  return ms >= 1 && ms <= TIMER_MAX_MS ? ms : 1;
}

/** The most that came within so many ms, at whatever moment. @param times - in order */
export function mostWithin(times: readonly number[], widthMs: number): number {
  let most = 0;
  let from = 0;
  for (const [at, time] of times.entries()) {
    while (times[from]! <= time - widthMs) from += 1;
    most = Math.max(most, at - from + 1);
  }
  return most;
}
