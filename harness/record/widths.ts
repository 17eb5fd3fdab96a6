/**
 * Shares a width among columns: each gets what it needs, unless that is too much; then the widest ones give way
 * first, all down to the same width.
 *
 * @param wanted - width that each column needs to show everything
 * @param available - width for all of them together
 * @param least - width below which a column is of no use (what it needs, when that is less)
 * @returns undefined when some column would fall below its least width
 */
export function shareWidths(
  wanted: readonly number[],
  available: number,
  least: readonly number[],
): number[] | undefined {
  const floors = wanted.map((width, at) => Math.min(width, least[at] ?? 0));
  const widths = [...wanted];
  let excess = widths.reduce((sum, width) => sum + width, 0) - available;
  while (excess > 0) {
    // One column at a time: there are never many columns, nor many characters.
    let widest = -1;
    for (const [at, width] of widths.entries()) {
      if (width > floors[at]! && (widest < 0 || width > widths[widest]!)) widest = at;
    }
    if (widest < 0) return undefined;
    widths[widest]! -= 1;
    excess -= 1;
  }
  return widths;
}
