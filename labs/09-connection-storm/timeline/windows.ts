import { failuresOf, quantile, type Attempt } from './attempt.js';

/** What began in one stretch of a timeline. */
export interface Window {
  /** ms from the beginning of the timeline. */
  readonly from: number;
  readonly until: number;
  readonly begun: number;
  readonly answered: number;
  /** How often each kind of failure happened. */
  readonly failures: ReadonlyMap<string, number>;
  /** Of those with an answer, in ms; undefined where there was none. */
  readonly medianMs: number | undefined;
  readonly worstMs: number | undefined;
}

/**
 * Cuts a timeline into windows of one width, as a long capture is cut before anybody can look at it.
 *
 * @param widthMs - of a window, above 0
 * @returns every window from 0 to the last request, also those in which nothing began
 */
export function windowsOf(attempts: readonly Attempt[], widthMs: number): Window[] {
  const windows: (Attempt[] | undefined)[] = [];
  for (const attempt of attempts) (windows[Math.floor(attempt.at / widthMs)] ??= []).push(attempt);
  return Array.from(windows, (inside: Attempt[] | undefined, at) => {
    const took = (inside ?? []).flatMap(({ at, replied }) => (replied === undefined ? [] : [replied - at]));
    return {
      from: at * widthMs,
      until: (at + 1) * widthMs,
      begun: inside?.length ?? 0,
      answered: took.length,
      failures: failuresOf(inside ?? []),
      medianMs: quantile(took, 0.5),
      worstMs: quantile(took, 1),
    };
  });
}

/** The window to look at first: the one with the most failures, else the one with the slowest answer. */
export function worstWindow(windows: readonly Window[]): Window | undefined {
  const badness = ({ failures, worstMs = 0 }: Window): number =>
    [...failures.values()].reduce((sum, one) => sum + one, 0) * 1e9 + worstMs;
  return windows.reduce<Window | undefined>(
    (worst, one) => (worst === undefined || badness(one) > badness(worst) ? one : worst),
    undefined,
  );
}
