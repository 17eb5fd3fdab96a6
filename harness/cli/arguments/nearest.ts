/** The candidate that a mistyped word most likely means, if any is near enough. @internal */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const lower = word.toLowerCase();
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    const other = candidate.toLowerCase();
    // A part of the name counts like one typing error: people leave out the number of a lab.
    const part = lower.length >= 3 && (other.includes(lower) || lower.includes(other));
    const distance = part ? 1 : editDistance(lower, other);
    if (best === undefined || distance < best.distance) best = { candidate, distance };
  }
  return best !== undefined && best.distance <= Math.max(2, word.length / 3) ? best.candidate : undefined;
}

/** `: did you mean …?`, where something is near enough. @internal */
export function hint(word: string, names: readonly string[]): string {
  const near = nearest(word, names);
  return near === undefined ? '' : `: did you mean ${near}?`;
}

/**
 * How many characters to insert, delete, replace or swap with their neighbour (optimal string alignment distance).
 *
 * @internal
 */
export function editDistance(from: string, to: string): number {
  let previous: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const replace = last[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1);
      row[j] = Math.min(replace, last[j]! + 1, row[j - 1]! + 1);
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1])
        row[j] = Math.min(row[j]!, previous[j - 2]! + 1);
    }
    [previous, last] = [last, row];
  }
  return last[to.length]!;
}
