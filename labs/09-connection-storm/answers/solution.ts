const FIRST_MS = 2000;
const MOST_MS = 8000;

/** Anywhere in a span that doubles with each failure, up to a limit: full jitter. */
export function waitMs(attempt: number, random: () => number): number {
  return random() * Math.min(MOST_MS, FIRST_MS * 2 ** (attempt - 1));
}
