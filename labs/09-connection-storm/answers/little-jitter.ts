const FIRST_MS = 1000;

/** Twice as long after each failure, and a tenth of that at random: they come nearly together. */
export function waitMs(attempt: number, random: () => number): number {
  const delay = Math.min(8000, FIRST_MS * 2 ** (attempt - 1));
  return delay * (0.95 + random() * 0.1);
}
