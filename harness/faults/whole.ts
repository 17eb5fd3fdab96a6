/** Is it a whole number of at least `least`? @internal */
export function isWhole(value: unknown, least: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= least;
}
