import type { Progress } from '../../record/verdict.js';
import { count, fit, grouped, roughly, widthOf } from '../../base/text.js';
import type { Output } from './output.js';

const REWRITE_EVERY_MS = 100;
/** Where lines stay, as in the log of a CI job, few are better. */
const LINE_EVERY_MS = 10_000;

/** Columns of a title that stay readable. */
const TITLE_MIN = 20;

const PHASES: Readonly<Record<Progress['phase'], string>> = {
  exploring: '',
  shrinking: ', shrinking the finding',
  confirming: ', running the finding again',
  explaining: ', looking for what it takes',
};

/** Where an exploration ends at the latest. @internal */
export interface Budget {
  readonly runs?: number;
  readonly seconds?: number;
}

/**
 * What is going on, on standard error: one line that is written over again and again on a terminal; elsewhere a
 * line now and then.
 *
 * @internal
 */
export class ProgressLine {
  #shown = false;
  #lastMs: number;
  #title = '';
  #startedMs = 0;
  #limit: Budget = {};

  constructor(
    readonly output: Output,
    readonly now: () => number = () => performance.now(),
  ) {
    this.#lastMs = now();
  }

  /** Begins with something new. */
  start(title: string, limit: Budget = {}): void {
    this.#limit = limit;
    this.#title = title;
    this.#startedMs = this.now();
    this.say(title);
  }

  /** Shows how far the exploration is. */
  update(explored: Progress): void {
    const now = this.now();
    const every = this.output.rewritable ? REWRITE_EVERY_MS : LINE_EVERY_MS;
    if (now - this.#lastMs < every) return;
    const text = progressText(explored, now - this.#startedMs, this.#limit);
    this.#lastMs = now;
    if (!this.output.rewritable) this.output.write(`${this.#title}: ${text}\n`);
    // How far it is matters more than the name of what it is.
    else
      this.#rewrite(
        `${fit(this.#title, Math.max(TITLE_MIN, this.output.columns - 3 - widthOf(text)))}: ${text}`,
      );
  }

  /** Says what is going on, on a terminal. */
  say(text: string): void {
    if (this.output.rewritable) this.#rewrite(`${text} …`);
  }

  /** A line that stays. */
  note(text: string): void {
    this.clear();
    this.output.write(`${text}\n`);
  }

  /** Takes the line away, so that something else can be written. */
  clear(): void {
    if (!this.#shown) return;
    this.#shown = false;
    this.output.write('\r\u001B[K');
  }

  #rewrite(text: string): void {
    this.#shown = true;
    this.output.write(`\r\u001B[K${fit(text, this.output.columns - 1)}`);
  }
}

/**
 * `1,250 executions, at least 7,000 left (165/s)`, or `1,250 of about 8,000 executions, about 41 s left (165/s)` where there
 * is an estimate. `at most 20 s` where it ends sooner, since nobody allows more.
 *
 * @param limit - what the user allows
 * @internal
 */
export function progressText(
  { executions, run = executions, pending, estimate, phase }: Progress,
  elapsedMs: number,
  limit: Budget = {},
): string {
  const known = estimate !== undefined && phase === 'exploring';
  const done = known
    ? `${grouped(executions)} of about ${roughly(estimate)} executions`
    : count(executions, 'execution');
  if (phase !== 'exploring') return `${done}${PHASES[phase]}`;
  const perMs = elapsedMs > 0 ? run / elapsedMs : 0;
  if (perMs === 0) return done;
  const rate = `${grouped(Math.round(perMs * 1000))}/s`;
  const searchMs = (known ? estimate - executions : (pending ?? Infinity)) / perMs;
  const allowedMs = Math.min(
    ((limit.runs ?? Infinity) - run) / perMs,
    (limit.seconds ?? Infinity) * 1000 - elapsedMs,
  );
  const leftMs = Math.min(searchMs, allowedMs);
  // A search finds more to do as it goes: what it knows of is a lower bound, which foretells no time.
  if (!known && !(allowedMs < searchMs) && pending !== undefined && pending > 0)
    return `${done}, at least ${grouped(pending)} left (${rate})`;
  if (!(leftMs > 0) || !Number.isFinite(leftMs)) return `${done} (${rate})`;
  const word = allowedMs < searchMs ? 'at most' : 'about';
  return `${done}, ${word} ${duration(leftMs)} left (${rate})`;
}

/** A duration for people: `0.4 s`, `42 s`, `3 min 20 s`, `2 h 5 min`. @internal */
export function duration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${grouped(Math.floor(whole / 3600))} h ${Math.floor((whole % 3600) / 60)} min`;
}
