/** What clients saw, one entry a request. Everything in this lab looks at such a timeline, measured or computed. */

/** One request of one client, with the times that the client itself can tell: ms from the beginning of the timeline. */
export interface Attempt {
  /** When the client began: its connect, or its request where it had a connection already. */
  readonly at: number;
  /** When it had a connection; undefined where it never got one. */
  readonly connected?: number;
  /** When the answer was there. */
  readonly replied?: number;
  /** Why and when it gave up. */
  readonly failed?: Failure;
}

/** The end of a request without an answer. */
export interface Failure {
  readonly at: number;
  /** In the client's words: `connect timeout`, `reply timeout`, or the code of the error. */
  readonly kind: string;
}

/** When the client was through with it, whatever came of it; undefined while it still waited when the timeline ended. */
export function endOf({ replied, failed }: Attempt): number | undefined {
  return replied ?? failed?.at;
}

/** How often each kind of failure happened, the most frequent first. */
export function failuresOf(attempts: readonly Attempt[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { failed } of attempts)
    if (failed !== undefined) counts.set(failed.kind, (counts.get(failed.kind) ?? 0) + 1);
  return new Map([...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)));
}

/**
 * The value below which this share of the others lies.
 *
 * @param share - from 0 to 1
 * @returns undefined where there are none
 */
export function quantile(values: readonly number[], share: number): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}
