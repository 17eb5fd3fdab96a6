import type { RaceRecord } from './format.js';
import { renderJunit } from './junit.js';
import { RESULTS_FILE } from './report-folder.js';
import { buildResults, type Results, type VariantResult } from './results.js';
import { renderSummary } from './summary.js';
import type { Verdict } from '../explore/verdict.js';
import { recordText } from './write.js';

/** Path of a variant's record inside the folder of the reports. */
export function recordPath(lab: string, variant: string): string {
  // Names of labs and variants are ours, but a path must stay inside its folder whatever they are.
  const safe = (name: string): string => name.replaceAll(/[^\w.-]/g, '_').replace(/^\.+/, '_');
  return `records/${safe(lab)}--${safe(variant)}.json`;
}

/** Everything that a run leaves behind. */
export interface Reports {
  readonly results: Results;
  /** Content by path inside the folder. */
  readonly files: ReadonlyMap<string, string>;
}

/** Writes up a run: results for programs, a summary for people, JUnit for CI, and a record per finding. */
export function buildReports(
  tool: RaceRecord['tool'],
  redis: Verdict['redis'],
  all: readonly VariantResult[],
): Reports {
  const results = buildResults(tool, redis, all);
  const files = new Map([
    [RESULTS_FILE, resultsText(results)],
    ['summary.md', renderSummary(all, redis)],
    ['junit.xml', renderJunit(all)],
  ]);
  for (const { record, verdict } of all) {
    if (record !== undefined && verdict.record !== undefined) files.set(record, recordText(verdict.record));
  }
  return { results, files };
}

/** `results.json` as it stands in its file and on standard output. */
export function resultsText(results: Results): string {
  return `${JSON.stringify(results, undefined, 2)}\n`;
}
