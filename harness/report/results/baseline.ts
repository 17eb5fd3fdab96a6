/** Failures that are known: accepted, until they are mended. One format, whatever failed: a scenario, a variant, a hazard. */
import { z } from 'zod';
import { listed, plainJson } from '../../base/text.js';
import { RecordError } from '../../record/error.js';
import { fitting } from '../../record/read.js';

/** Version of the format. Fields may be added without a new version; none changes its meaning. @internal */
const BASELINE_FORMAT = 1 as const;

const baselineFile = z.object({
  format: z.literal(BASELINE_FORMAT),
  known: z.array(z.object({ name: z.string(), verdict: z.string(), invariant: z.string().nullable() })),
});

/** How something fails. @internal */
export interface Failure {
  /** Kind of its verdict. */
  readonly verdict: string;
  /** What broke; null where nothing did by name. */
  readonly invariant: string | null;
}

/** What is known to fail, by name: `lab/variant`, or `file:scenario`. @internal */
export type Baseline = ReadonlyMap<string, Failure>;

/** One thing that may fail. @internal */
export interface Comparable {
  /** As it stands in baselines. */
  readonly name: string;
  /** As people read it. */
  readonly label: string;
  /** What nobody can tell is neither. */
  readonly now: Failure | 'passes' | 'unknown';
}

/**
 * Reads a baseline.
 *
 * @param text - of the file
 * @param file - its name, for messages
 * @throws RecordError for what is none, or is damaged
 * @internal
 */
export function parseBaseline(text: string, file: string): Baseline {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (error) {
    throw new RecordError(`${file} is not JSON, and so no baseline: --write-baseline writes one`, {
      cause: error,
    });
  }
  if (typeof given !== 'object' || given === null || !('known' in given))
    throw new RecordError(`${file} is no baseline: --write-baseline writes one`);
  const { known } = fitting(baselineFile, given, `the baseline ${file}`);
  return new Map(known.map(({ name, verdict, invariant }) => [name, { verdict, invariant }]));
}

/** A baseline as it stands in its file, in the order of names, so that its changes are easy to read. @internal */
export function baselineText(baseline: Baseline): string {
  const known = [...baseline]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { verdict, invariant }]) => ({ name, verdict, invariant }));
  return plainJson(`${JSON.stringify({ format: BASELINE_FORMAT, known }, undefined, 2)}\n`);
}

/**
 * The baseline after a run: what fails is known as it fails now, what passes is not any more, and what was not run, or nobody can tell
 * of, stays as it was.
 *
 * @internal
 */
export function renewed(before: Baseline, all: readonly Comparable[]): Baseline {
  const after = new Map(before);
  for (const { name, now } of all) {
    if (now === 'passes') after.delete(name);
    else if (now !== 'unknown') after.set(name, now);
  }
  return after;
}

/** Is it known that this fails, by the same verdict on the same invariant? @internal */
export function isKnown(baseline: Baseline | undefined, { name, now }: Comparable): boolean {
  const known = baseline?.get(name);
  if (known === undefined || typeof now === 'string') return false;
  return known.verdict === now.verdict && known.invariant === now.invariant;
}

/** What has changed since a baseline. @internal */
export interface Compared {
  /** Fail, and did. */
  readonly known: readonly string[];
  /** Fail, and did not. */
  readonly fresh: readonly string[];
  /** Pass, and did not. */
  readonly mended: readonly string[];
}

/** Compares what is with what was; without a baseline every failure is fresh. @internal */
export function compareWith(baseline: Baseline | undefined, all: readonly Comparable[]): Compared {
  const labels = (which: (one: Comparable) => boolean): string[] =>
    all.filter(which).map(({ label }) => label);
  return {
    known: labels((one) => isKnown(baseline, one)),
    fresh: labels((one) => typeof one.now !== 'string' && !isKnown(baseline, one)),
    mended: labels(({ name, now }) => now === 'passes' && baseline?.has(name) === true),
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
