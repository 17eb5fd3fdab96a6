/**
 * Finds when a server stood still, from what its clients saw and nothing else.
 *
 * A connect says nothing: the kernel of the server completes it, also while the server stands still. Only an answer
 * proves that the server ran. So what is looked for is a stretch without any answer in which clients kept asking.
 */
import { endOf, quantile, type Attempt } from './attempt.js';

/** A stretch in which the server answered nobody, as the clients see it: ms from the beginning of the timeline. */
export interface Stall {
  /** The last answer before it. */
  readonly from: number;
  /** The first answer after it, or the end of the timeline. */
  readonly until: number;
  /** False when the timeline ended first. */
  readonly over: boolean;
  /** Requests that began in it. */
  readonly begun: number;
  /** Those of them, and of the ones that waited when it began, that got no answer at all. */
  readonly lost: number;
}

/** What counts as a stall. */
export interface DiagnoseOptions {
  /** Shorter silence is none, in ms. Default: 200. */
  readonly leastMs?: number;
  /** So many times longer than usual answers are apart. Default: 10. */
  readonly timesUsual?: number;
}

/** Of the longest silence, the share in which the clients themselves may have been silent at a stretch. */
const QUIET_SHARE = 0.5;

/**
 * The longest stretch in which the server stood still.
 *
 * A client whose own machine stops for a moment sees no answers either. It sends nothing then: such a silence is not
 * taken for one of the server.
 *
 * @param attempts - in any order
 * @returns undefined where the clients saw nothing of that kind
 */
export function diagnose(
  attempts: readonly Attempt[],
  { leastMs = 200, timesUsual = 10 }: DiagnoseOptions = {},
): Stall | undefined {
  const sent = attempts.map(({ at }) => at).sort((a, b) => a - b);
  const replies = attempts
    .flatMap(({ replied }) => (replied === undefined ? [] : [replied]))
    .sort((a, b) => a - b);
  const last = attempts.reduce((end, one) => Math.max(end, one.at, endOf(one) ?? 0), 0);
  // Who asks before the first answer waits for it like everybody else.
  const marks = [...(sent.length === 0 ? [] : [sent[0]!]), ...replies, last];
  const gaps = marks.slice(1).map((until, at) => ({ from: marks[at]!, until, over: at < replies.length }));
  const usual = quantile(
    gaps.map(({ from, until }) => until - from),
    0.5,
  );
  const least = Math.max(leastMs, timesUsual * (usual ?? 0));
  const found = gaps
    .filter((gap) => gap.until - gap.from >= least && keptAsking(sent, gap))
    .reduce<(typeof gaps)[number] | undefined>(
      (longest, gap) =>
        longest === undefined || gap.until - gap.from > longest.until - longest.from ? gap : longest,
      undefined,
    );
  return found === undefined ? undefined : { ...found, ...caughtIn(attempts, found) };
}

interface Gap {
  readonly from: number;
  readonly until: number;
}

/** Whether requests began all through a stretch. */
function keptAsking(sent: readonly number[], { from, until }: Gap): boolean {
  const inside = sent.filter((at) => at >= from && at <= until);
  if (inside.length === 0) return false;
  const marks = [from, ...inside, until];
  const quiet = marks.slice(1).map((mark, at) => mark - marks[at]!);
  return Math.max(...quiet) <= QUIET_SHARE * (until - from);
}

function caughtIn(attempts: readonly Attempt[], { from, until }: Gap): Pick<Stall, 'begun' | 'lost'> {
  const begun = attempts.filter(({ at }) => at >= from && at < until);
  const caught = attempts.filter((one) => one.at < until && (endOf(one) ?? until) >= from);
  return {
    begun: begun.length,
    lost: caught.filter(({ replied }) => replied === undefined).length,
  };
}
