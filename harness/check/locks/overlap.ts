/** Two workers that believed at the same time that they are inside a critical section, by their numbers. @internal */
export interface Overlap {
  /** Who came second. */
  readonly entered: number;
  /** Who was there already. */
  readonly inside: number;
}

/** What `mutualExclusion` observed. @internal */
export function overlapText({ entered, inside }: Overlap): string {
  return `w${entered} entered while w${inside} was inside`;
}

/** Reads that text again. @returns undefined for any other text @internal */
export function overlapIn(observed: string): Overlap | undefined {
  const found = /^w(\d+) entered while w(\d+) was inside/.exec(observed);
  return found === null ? undefined : { entered: Number(found[1]), inside: Number(found[2]) };
}
