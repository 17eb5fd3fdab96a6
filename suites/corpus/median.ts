/** The middle one; of two in the middle the mean. What was not found is larger than any number. @returns null where that is the middle */
export function median(numbers: readonly (number | null)[]): number | null {
  const sorted = numbers.map((one) => one ?? Infinity).toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(half) - 1]!, sorted[Math.floor(half)]!];
  return Number.isFinite(high) ? (low + high) / 2 : null;
}
