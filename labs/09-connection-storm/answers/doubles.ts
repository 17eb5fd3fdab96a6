const FIRST_MS = 500;

/** Twice as long after each failure. All have failed equally often, so all wait equally long. */
export function waitMs(attempt: number): number {
  return Math.min(8000, FIRST_MS * 2 ** (attempt - 1));
}
