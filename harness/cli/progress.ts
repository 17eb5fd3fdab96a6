import type { Progress as Explored } from '../explore/verdict.js';
import { count, fit, grouped } from '../record/text.js';
import type { Output } from './terminal.js';

const REWRITE_EVERY_MS = 100;
/** Where lines stay, as in the log of a CI job, few are better. */
const LINE_EVERY_MS = 10_000;

const PHASES: Readonly<Record<Explored['phase'], string>> = {
  exploring: '',
  shrinking: ', shrinking the finding',
  confirming: ', running the finding again',
};

/**
 * What is going on, on standard error: one line that is written over again and again on a terminal; elsewhere a
 * line now and then.
 */
export class Progress {
  #shown = false;
  #lastMs: number;
  #title = '';
  #startedMs = 0;

  constructor(
    readonly output: Output,
    readonly now: () => number = () => performance.now(),
  ) {
    this.#lastMs = now();
  }

  /** Begins with something new. */
  start(title: string): void {
    this.#title = title;
    this.#startedMs = this.now();
    this.say(title);
  }

  /** Shows how far the exploration is. */
  update(explored: Explored): void {
    const now = this.now();
    const every = this.output.rewritable ? REWRITE_EVERY_MS : LINE_EVERY_MS;
    if (now - this.#lastMs < every) return;
    const line = `${this.#title}: ${progressText(explored, now - this.#startedMs)}`;
    this.#lastMs = now;
    if (this.output.rewritable) this.#rewrite(line);
    else this.output.write(`${line}\n`);
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

/** `1,250 executions, 165/s, at least 7,000 left (42 s)`. */
export function progressText({ executions, pending, phase }: Explored, elapsedMs: number): string {
  const perSecond = elapsedMs > 0 ? (executions * 1000) / elapsedMs : 0;
  const rate = perSecond > 0 ? `, ${grouped(Math.round(perSecond))}/s` : '';
  const left =
    phase === 'exploring' && pending !== undefined && pending > 0
      ? `, at least ${grouped(pending)} left${perSecond > 0 ? ` (${duration((pending / perSecond) * 1000)})` : ''}`
      : '';
  return `${count(executions, 'execution')}${rate}${left}${PHASES[phase]}`;
}

/** A duration for people: `0.4 s`, `42 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${grouped(Math.floor(whole / 3600))} h ${Math.floor((whole % 3600) / 60)} min`;
}
