/** What earlier runs left in a folder of reports: a run replaces its own results only, and keeps these. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defined } from '../../base/defined.js';
import { fileProblem, RecordError } from '../../record/error.js';
import { parseRecord } from '../../record/read.js';
import type { RaceRecord } from '../../record/format.js';
import type { Verdict } from '../../record/verdict.js';
import type { ServerIdentity } from '../../server/identity.js';
import type { Expectation } from '../../scenario/lab.js';
import { parseResults, type KeptEntry, type KeptMeasurement } from './kept-format.js';
import { picturePath, type EarlierRun, type MeasurementResult } from './measured.js';
import { RESULTS_FILE } from './report-contents.js';
import type { ReportFolder } from './report-folder.js';
import { recordPath } from './reports.js';
import type { VariantResult } from './results.js';

/** Everything that a folder of reports holds. @internal */
export interface KeptResults {
  readonly variants: readonly VariantResult[];
  readonly measurements: readonly MeasurementResult[];
}

/**
 * Reads what a folder of reports holds.
 *
 * @param ranAt - when the run began that is going on: ages are counted from there
 * @returns nothing where there are no reports
 * @throws RecordError for results that are damaged, or were written by a newer version: they could not be kept
 * @internal
 */
export async function readKept(folder: ReportFolder, ranAt: string): Promise<KeptResults> {
  let text: string;
  try {
    text = await readFile(join(folder.path, RESULTS_FILE), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { variants: [], measurements: [] };
    throw new RecordError(`cannot read ${join(folder.shown, RESULTS_FILE)}: ${fileProblem(error)}`);
  }
  const kept = parseResults(text, join(folder.shown, RESULTS_FILE), folder.shown);
  const usual = { ranAt, redis: kept.redis, toolVersion: kept.tool.version };
  return {
    variants: await Promise.all(kept.results.map((entry) => keptOf(folder, entry, usual))),
    measurements: await Promise.all(kept.measurements.map((entry) => keptMeasurement(folder, entry, ranAt))),
  };
}

/**
 * Everything that the reports are to hold: what was run now, and what earlier runs left of others. By lab, and in a lab in
 * the order of before; what is new there comes last.
 *
 * @param nameOf - of a variant or a measurement
 * @param isThere - whether it still exists: what is left of others goes
 * @internal
 */
export function withKept<Of extends { readonly lab: string }>(
  ran: readonly Of[],
  kept: readonly Of[],
  nameOf: (one: Of) => string,
  isThere: (one: Of) => boolean,
): Of[] {
  const key = (one: Of): string => JSON.stringify([one.lab, nameOf(one)]);
  const left = new Map(ran.map((result) => [key(result), result]));
  const inOrder: Of[] = [];
  for (const old of kept) {
    const now = left.get(key(old));
    if (now !== undefined) inOrder.push(now);
    else if (isThere(old)) inOrder.push(old);
    left.delete(key(old));
  }
  const byLab = new Intl.Collator('en', { numeric: true });
  // Sorting is stable: within a lab the order stays.
  return [...inOrder, ...left.values()].sort((a, b) => byLab.compare(a.lab, b.lab));
}

/** What was in force where an entry does not say it itself: older versions did not. */
interface Usual {
  readonly ranAt: string;
  readonly redis: ServerIdentity;
  readonly toolVersion: string;
}

async function keptOf(folder: ReportFolder, entry: KeptEntry, usual: Usual): Promise<VariantResult> {
  const { lab, variant, ranAt } = entry;
  // The name is made anew: what a file says must not lead out of the folder.
  const path = recordPath(lab, variant);
  const recordText =
    entry.record === null
      ? undefined
      : await readFile(join(folder.path, path), 'utf8').catch(() => undefined);
  return {
    lab,
    variant,
    expect: expectationOf(entry),
    verdict: verdictOf(entry, usual, recordOf(recordText, path)),
    record: recordText === undefined ? undefined : path,
    earlier: {
      recordText,
      ...earlierRun(ranAt, usual.ranAt, entry.toolVersion ?? usual.toolVersion),
    },
  };
}

function earlierRun(ranAt: string | null, now: string, toolVersion: string): EarlierRun {
  const agoMs = ranAt === null ? Number.NaN : Date.parse(now) - Date.parse(ranAt);
  return { ranAt: ranAt ?? undefined, agoMs: Number.isNaN(agoMs) ? undefined : agoMs, toolVersion };
}

async function keptMeasurement(
  folder: ReportFolder,
  { lab, measurement, outcome, summary, figures, missing, pictures, ms, ranAt, toolVersion }: KeptMeasurement,
  now: string,
): Promise<MeasurementResult> {
  const found = await Promise.all(
    Object.keys(pictures).map(async (name) => {
      // The name is made anew, as above.
      const path = join(folder.path, picturePath(lab, measurement, name));
      return [name, await readFile(path, 'utf8').catch(() => undefined)] as const;
    }),
  );
  const there = found.filter((one): one is readonly [string, string] => one[1] !== undefined);
  return {
    lab,
    measurement,
    outcome,
    measured: { summary, figures, missing, pictures: Object.fromEntries(there) },
    tookMs: ms,
    earlier: earlierRun(ranAt, now, toolVersion),
  };
}

function expectationOf({ expected, expectedInvariant }: KeptEntry): Expectation {
  if (expected !== 'breaks') return { kind: expected };
  return { kind: 'breaks', invariant: expectedInvariant ?? '' };
}

/** One that cannot be read is kept all the same: a newer version may be able to. */
function recordOf(text: string | undefined, path: string): RaceRecord | undefined {
  if (text === undefined) return undefined;
  try {
    return parseRecord(text, path);
  } catch (error) {
    if (error instanceof RecordError) return undefined;
    throw error;
  }
}

function verdictOf(entry: KeptEntry, { redis }: Usual, record: RaceRecord | undefined): Verdict {
  const { preemptions, faults, delays, clientTimers, rounds, alike } = entry.bounds;
  return {
    kind: entry.verdict,
    scenario: entry.scenario ?? entry.variant,
    workers: entry.workers ?? record?.workers ?? 0,
    invariant: entry.invariant ?? undefined,
    message: entry.message,
    strategy: entry.strategy,
    executions: entry.executions,
    complete: entry.complete,
    bounds: {
      preemptions: preemptions ?? undefined,
      faults,
      ...defined({
        delays: delays ?? undefined,
        clientTimers: clientTimers ?? undefined,
        rounds: rounds ?? undefined,
        alike: alike ? (true as const) : undefined,
      }),
    },
    ...defined({ sampling: entry.sampling ?? undefined, raced: entry.raced ?? undefined }),
    ...(entry.idleFaults.length === 0 ? {} : { idleFaults: entry.idleFaults }),
    ...(entry.unreached.length === 0 ? {} : { unreached: entry.unreached }),
    capped: entry.capped,
    minimal: entry.minimal ?? undefined,
    record,
    redis: entry.redis ?? redis,
    tookMs: entry.ms,
  };
}
