/** Baselines as files: `--baseline` reads one, and `--write-baseline` writes one. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { count, listed } from '../../base/text.js';
import { fileProblem } from '../../record/error.js';
import { checkWritable, writeWhole } from '../../record/write.js';
import {
  baselineText,
  compareWith,
  parseBaseline,
  renewed,
  type Baseline,
  type Comparable,
} from '../../report/results/baseline.js';
import { UsageError } from '../context/errors.js';

/** Options of whatever compares with a baseline. @internal */
export interface BaselineFlags {
  /** What fails as this file says is known. */
  readonly baseline?: string;
  /** What fails is known from now on, and stands in this file. */
  readonly writeBaseline?: string;
}

/** The baselines of one run. @internal */
export interface Baselines {
  /** Undefined where nothing is compared. */
  readonly before: Baseline | undefined;
  /** Undefined where none is to be written. */
  readonly writing: { readonly file: string; readonly before: Baseline } | undefined;
  /** Is to be said what has changed? Not where the file that would be compared with is written, and takes it all up. */
  readonly compares: boolean;
}

/**
 * Reads what is known, and finds out whether what is to be known can be written, before anything takes time.
 *
 * @throws UsageError for a file that is not there, RecordError for one that is no baseline, also where one is to be written: whatever
 * stands there is not overwritten
 * @internal
 */
export async function openBaselines(
  cwd: string,
  { baseline, writeBaseline }: BaselineFlags,
): Promise<Baselines> {
  const before = baseline === undefined ? undefined : await read(cwd, baseline);
  if (baseline !== undefined && before === undefined)
    throw new UsageError(
      `cannot read the baseline ${baseline}: no such file. --write-baseline ${baseline} writes one`,
    );
  if (writeBaseline === undefined) return { before, writing: undefined, compares: true };
  const known = (await read(cwd, writeBaseline)) ?? new Map();
  await checkWritable(resolve(cwd, writeBaseline));
  const compares = baseline !== undefined && resolve(cwd, baseline) !== resolve(cwd, writeBaseline);
  return { before, writing: { file: writeBaseline, before: known }, compares };
}

/** @returns undefined where there is no such file */
async function read(cwd: string, file: string): Promise<Baseline | undefined> {
  let text: string;
  try {
    text = await readFile(resolve(cwd, file), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new UsageError(`cannot read the baseline ${file}: ${fileProblem(error)}`, { cause: error });
  }
  return parseBaseline(text, file);
}

/** What is known once a run is over: where a baseline is to be written, all that fails. @internal */
export function accepted({ before, writing }: Baselines, all: readonly Comparable[]): Baseline | undefined {
  return writing === undefined ? before : renewed(writing.before, all);
}

/**
 * Writes the baseline, where one is to be written.
 *
 * @param baseline - what `accepted` gave
 * @param all - what it was given for that
 * @returns what was written, and what is new in it and what is gone, in words
 * @throws RecordError where it cannot be written
 * @internal
 */
export async function writeAccepted(
  cwd: string,
  { writing }: Baselines,
  baseline: Baseline | undefined,
  all: readonly Comparable[],
): Promise<string[]> {
  if (writing === undefined || baseline === undefined) return [];
  await writeWhole(resolve(cwd, writing.file), baselineText(baseline));
  const { fresh, mended } = compareWith(writing.before, all);
  return [
    `baseline: ${count(baseline.size, 'known failure')} in ${writing.file}`,
    ...(fresh.length > 0 ? [`new in it: ${listed(fresh)}`] : []),
    ...(mended.length > 0 ? [`mended, and taken out of it: ${listed(mended)}`] : []),
  ];
}
