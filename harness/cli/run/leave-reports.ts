/** What a run leaves in the folder of the reports, with what earlier runs left there. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { FaultMap } from '../../record/fault-map.js';
import { isMaps, readFindings } from '../../record/read.js';
import { renderPage } from '../../report/page/page.js';
import type { Accepted } from '../../report/results/junit.js';
import { readKept, withKept, type KeptResults as RunResults } from '../../report/results/kept.js';
import { PAGE_FILE } from '../../report/results/report-contents.js';
import type { ReportFolder } from '../../report/results/report-folder.js';
import { buildReports } from '../../report/results/reports.js';
import type { RunFacts } from '../../report/results/results.js';
import type { Lab } from '../../scenario/lab.js';
import { isFileId } from '../../scenario/names.js';
import type { CliContext } from '../context/context.js';
import { replayCellLine, replayLine } from '../terminal/replay-line.js';
import { readInside } from '../../report/page/read-inside.js';
import type { Unfinished } from './unfinished.js';

/** Where `map --out` may leave fault maps so that the page of a run shows them: the file is somebody else's, and stays. */
const MAPS_FILE = 'fault-map.json';

/** What is to be left. @internal */
export interface Left {
  /** Every lab, and every race file that was loaded. */
  readonly known: readonly Lab[];
  readonly ran: RunResults;
  /** Why something that is not as expected is no reason to fail. */
  readonly accepted?: Accepted;
  /** Searches to go on with. */
  readonly unfinished: Pick<Unfinished, 'files'>;
}

/**
 * Writes the reports.
 *
 * @returns everything that is in them, also of earlier runs
 * @throws RecordError; the folder is then as it was
 * @internal
 */
export async function leaveReports(
  context: CliContext,
  folder: ReportFolder,
  facts: RunFacts,
  { known, ran, unfinished, accepted }: Left,
): Promise<RunResults> {
  const all = withEarlier(context.cwd, known, ran, await readKept(folder, facts.ranAt));
  const { files } = buildReports(facts, all.variants, all.measurements, accepted);
  const maps = await keptMaps(folder);
  const page = pageOf(context, all, facts, { folder, maps });
  await folder.replace(new Map([...files, [PAGE_FILE, page], ...unfinished.files]));
  return all;
}

/** Fault maps that somebody keeps beside the reports; what is none, or damaged, is nobody's business here. */
async function keptMaps(folder: ReportFolder): Promise<readonly FaultMap[]> {
  const found = await readFindings(join(folder.path, MAPS_FILE)).catch(() => []);
  return isMaps(found) ? found : [];
}

/** The page that shows all of it. */
function pageOf(
  { cwd, invocation }: CliContext,
  all: RunResults,
  run: RunFacts,
  { folder, maps }: { readonly folder: ReportFolder; readonly maps: readonly FaultMap[] },
): string {
  return renderPage(all.variants, {
    run,
    measurements: all.measurements,
    maps: maps.map((map) => ({
      map,
      replayLine: (cell) => replayCellLine(invocation, join(folder.shown, MAPS_FILE), cell),
    })),
    readSource: (path) => readInside(cwd, path),
    replayLine: (record) => replayLine(invocation, folder.shown, record),
  });
}

/** What is there, and what earlier runs left of what still exists. */
function withEarlier(cwd: string, known: readonly Lab[], ran: RunResults, kept: RunResults): RunResults {
  const isIn = (lab: string, names: (found: Lab) => readonly { readonly name: string }[], name: string) =>
    isThere(cwd, known, lab, (found) => names(found).some((one) => one.name === name));
  return {
    variants: withKept(
      ran.variants,
      kept.variants,
      ({ variant }) => variant,
      ({ lab, variant }) => isIn(lab, ({ variants }) => variants, variant),
    ),
    measurements: withKept(
      ran.measurements,
      kept.measurements,
      ({ measurement }) => measurement,
      ({ lab, measurement }) => isIn(lab, ({ measurements = [] }) => measurements, measurement),
    ),
  };
}

/**
 * What was kept of a variant that is gone is of no use: nothing could run it again. Of a race file that was not loaded
 * now nobody knows what it exports.
 */
function isThere(cwd: string, known: readonly Lab[], lab: string, has: (found: Lab) => boolean): boolean {
  const found = known.find(({ id }) => id === lab);
  if (found === undefined) return isFileId(lab) && existsSync(resolve(cwd, lab));
  return has(found);
}
