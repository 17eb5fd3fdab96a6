import { createHash } from 'node:crypto';
import { plainJson } from '../../base/text.js';
import { renderJunit } from './junit.js';
import { RESULTS_FILE } from './report-contents.js';
import { buildResults, type Results, type RunFacts, type VariantResult } from './results.js';
import { renderSummary } from './summary.js';
import { recordText } from '../../record/text.js';

/** Letters of a name that stand in the name of its file. */
const NAME_MAX = 60;
/** Names that every file system takes as they are, and keeps apart. */
const SAFE = /^[a-z0-9_][a-z0-9_.-]*$/;

/**
 * Path of a variant's record inside the folder of the reports. Names of race files and scenarios are any text: those that
 * cannot stand in a path, or that some file system would take for another one, get a part of their hash, so that no two have one path.
 *
 * @internal
 */
export function recordPath(lab: string, variant: string): string {
  const readable = (name: string): string =>
    name
      .slice(0, NAME_MAX)
      .replaceAll(/[^\w.-]/g, '_')
      .replace(/^\.+/, '_');
  const asTheyAre = [lab, variant].every(
    (name) => SAFE.test(name) && name.length <= NAME_MAX && !name.includes('--'),
  );
  const hash = createHash('sha256')
    .update(JSON.stringify([lab, variant]))
    .digest('hex')
    .slice(0, 8);
  return `records/${readable(lab)}--${readable(variant)}${asTheyAre ? '' : `-${hash}`}.json`;
}

/** Everything that a run leaves behind. @internal */
export interface Reports {
  readonly results: Results;
  /** Content by path inside the folder. */
  readonly files: ReadonlyMap<string, string>;
}

/**
 * Writes up what there is: results for programs, a summary for people, JUnit for CI, and a record per finding.
 *
 * @param run - the last one
 * @param all - what it came to, and what earlier runs left
 * @internal
 */
export function buildReports(run: RunFacts, all: readonly VariantResult[]): Reports {
  const results = buildResults(run, all);
  const files = new Map([
    [RESULTS_FILE, resultsText(results)],
    ['summary.md', renderSummary(all, run)],
    ['junit.xml', renderJunit(all)],
  ]);
  for (const { record, verdict, earlier } of all) {
    const text = verdict.record === undefined ? undefined : recordText(verdict.record);
    const whole = earlier === undefined ? text : earlier.recordText;
    if (record !== undefined && whole !== undefined) files.set(record, whole);
  }
  return { results, files };
}

/** `results.json` as it stands in its file and on standard output. @internal */
export function resultsText(results: Results): string {
  return plainJson(`${JSON.stringify(results, undefined, 2)}\n`);
}
