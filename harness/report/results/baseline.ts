/** Failures that are known: accepted, until they are mended. */
import { listed } from '../../base/text.js';

/** What has changed since a baseline. @internal */
export interface Compared {
  /** Fail, and did. */
  readonly known: readonly string[];
  /** Fail, and did not. */
  readonly fresh: readonly string[];
  /** Pass, and did not. */
  readonly mended: readonly string[];
}

/** One thing that may fail, now and when the baseline was made. @internal */
export interface Comparable {
  readonly label: string;
  /** What nobody can tell is neither. */
  readonly now: 'fails' | 'passes' | 'unknown';
  /** It is accepted that this fails as it does now. */
  readonly isKnown: boolean;
  /** It failed in whichever way. */
  readonly failed: boolean;
}

/** Compares what is with what was. @internal */
export function comparedWithBaseline(all: readonly Comparable[]): Compared {
  const labels = (which: (one: Comparable) => boolean): string[] =>
    all.filter(which).map(({ label }) => label);
  return {
    known: labels(({ now, isKnown }) => now === 'fails' && isKnown),
    fresh: labels(({ now, isKnown }) => now === 'fails' && !isKnown),
    mended: labels(({ now, failed }) => now === 'passes' && failed),
  };
}

/** The comparison in words; empty where there is nothing to say. @internal */
export function comparedLines({ known, fresh, mended }: Compared): string[] {
  return [
    ...(known.length > 0 ? [`known: ${listed(known)}`] : []),
    ...(mended.length > 0 ? [`mended: ${listed(mended)}; take them out of the baseline`] : []),
    ...(fresh.length > 0 ? [`new: ${listed(fresh)}`] : []),
  ];
}
