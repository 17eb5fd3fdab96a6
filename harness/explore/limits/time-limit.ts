import { real } from '../../clock/globals.js';
import { ScenarioError } from '../../scenario/errors.js';
import type { RunnerTest } from './runner-test.js';

/** Seconds at most, where neither anybody asks for a number nor a test runner has a limit. @internal */
export const DEFAULT_SECONDS = 60;
/** Another number for all explorations of a process, or `none`. @internal */
export const SECONDS_VARIABLE = 'RACE_LAB_SECONDS';

/** Of the time of a test, this share is kept for making a finding smaller, and for saying what is known … */
const KEPT_SHARE = 0.2;
/** … but no more than this … */
const KEPT_MAX_MS = 10_000;
/** … and no less than this, unless that is more than half of it. */
const KEPT_MIN_MS = 500;
/** Of what is kept, this share is for the report alone: whatever was made smaller by then is shown. */
const REPORT_SHARE = 0.25;

/** Until when an exploration may take, on the clock of `real.now()`. @internal */
export interface TimeLimit {
  /** No further execution begins after it. */
  readonly untilMs: number;
  /** Shrinking and explaining are over by then. */
  readonly reportedByMs: number;
  /** What ended an exploration at this time, and how to give more; undefined where somebody asked for just that. */
  readonly ended: string | undefined;
}

/**
 * How long an exploration may take that begins now: as long as it was asked to, but not longer than its test. Real time
 * decides nothing but that: where it ends a search, the verdict is *incomplete*.
 *
 * @param seconds - what somebody asked for
 * @param test - where it runs
 * @throws ScenarioError when RACE_LAB_SECONDS is no number of seconds
 * @internal
 */
export function timeLimit(seconds: number | undefined, test: RunnerTest | undefined): TimeLimit {
  const own = ownLimit(seconds, test);
  if (test === undefined || !Number.isFinite(test.endsAtMs)) return own;
  const { limitMs, endsAtMs, limitName } = test;
  const keptMs = Math.min(limitMs / 2, KEPT_MAX_MS, Math.max(KEPT_MIN_MS, limitMs * KEPT_SHARE));
  const untilMs = endsAtMs - keptMs;
  const reportedByMs = endsAtMs - keptMs * REPORT_SHARE;
  if (own.untilMs <= untilMs) return { ...own, reportedByMs };
  const ended = `the ${inSeconds(limitMs)} that this test may take were nearly over (more: ${limitName})`;
  return { untilMs, reportedByMs, ended };
}

function ownLimit(seconds: number | undefined, test: RunnerTest | undefined): TimeLimit {
  const nowMs = real.now();
  if (seconds !== undefined)
    return { untilMs: nowMs + seconds * 1000, reportedByMs: Infinity, ended: undefined };
  // Whoever set a limit for tests has said how long they may take.
  const byDefault = test !== undefined && Number.isFinite(test.endsAtMs) ? Infinity : defaultSeconds();
  const ended = `the ${inSeconds(byDefault * 1000)} were over that it may take where nobody says more (seconds, or ${SECONDS_VARIABLE})`;
  return { untilMs: nowMs + byDefault * 1000, reportedByMs: Infinity, ended };
}

/** @throws ScenarioError when the variable is no number of seconds */
function defaultSeconds(): number {
  const text = process.env[SECONDS_VARIABLE];
  if (text === undefined || text === '') return DEFAULT_SECONDS;
  if (text === 'none') return Infinity;
  const seconds = Number(text);
  if (seconds > 0 && Number.isFinite(seconds)) return seconds;
  throw new ScenarioError(
    `${SECONDS_VARIABLE} is "${text.slice(0, 20)}": give a number of seconds, or none for no limit`,
  );
}

function inSeconds(ms: number): string {
  return `${Number((ms / 1000).toFixed(1))} s`;
}
