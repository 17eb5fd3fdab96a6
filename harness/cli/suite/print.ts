/** What `race-lab suite` prints. */
import { count, harmless, listed, plainJson, wrap } from '../../base/text.js';
import { renderFailure } from '../../report/print/failure.js';
import type { ReportFolder } from '../../report/results/report-folder.js';
import { recordPath } from '../../report/results/reports.js';
import { duration } from '../../report/terminal/progress-line.js';
import { serverText } from '../../server/identity.js';
import type { ServerIdentity } from '../../server/identity.js';
import type { HazardResult, SuiteResult } from '../../suite/run/result.js';
import { scoreboardData, type Scoreboard } from '../../suite/scoreboard/data.js';
import { hazardLines, idWidthOf, tallyOf } from '../../suite/scoreboard/text.js';
import type { CliContext } from '../context/context.js';
import { nearPath, replayLine } from '../terminal/replay-line.js';
import { isKnownFailure, scenarioOf, type Adapted } from './adapted.js';
import type { SuiteRun } from './suite-run.js';

/** What a suite is of, before its hazards. @internal */
export function printSuite({ context: { out }, flags }: SuiteRun, { name, adapter, lab }: Adapted): void {
  if (flags.json !== true) out.write(`${harmless(name)} (${adapter.suite}, ${harmless(lab.id)})\n`);
}

/** What a hazard came to, as soon as it is known; a failure with how to replay it. @internal */
export function printHazard(run: SuiteRun, one: Adapted, result: HazardResult): void {
  const { context, flags, folder, baseline } = run;
  if (flags.json === true) return;
  const { out, invocation } = context;
  const { verdict } = result;
  const known = isKnownFailure(baseline, one, result);
  const idWidth = idWidthOf(one.hazards.map(({ id }) => id));
  for (const line of hazardLines(result, out, idWidth, known)) out.write(`${line}\n`);
  if (verdict?.record === undefined || result.outcome !== 'fail') return;
  const replay = replayLine(invocation, folder.path, recordPath(one.lab.id, scenarioOf(one, result)));
  const { columns, colour } = out;
  if (flags.verbose === true)
    out.write(`\n${renderFailure(verdict.record, { columns, colour, verdict, replay })}\n\n`);
  else out.write(`${' '.repeat(idWidth + 4)}${replay}\n`);
}

/** What all suites came to. @internal */
export interface SuiteReport {
  readonly suites: readonly SuiteResult[];
  /** What has changed, and what else there is to say of what fails. */
  readonly more: readonly string[];
  readonly tool: Scoreboard['tool'];
  readonly redis: ServerIdentity;
  /** Where the reports are; undefined when they could not be written. */
  readonly folder: ReportFolder | undefined;
  readonly isJson: boolean;
  readonly adapted: readonly Adapted[];
}

/** The sums, and what has changed since the baseline; or everything as JSON. @internal */
export function printScoreboard(
  { out }: CliContext,
  { suites, more, tool, redis, folder, isJson, adapted }: SuiteReport,
): void {
  if (isJson) {
    const recordOf = (name: string, result: HazardResult): string => {
      const one = adapted.find((other) => other.name === name)!;
      return recordPath(one.lab.id, scenarioOf(one, result));
    };
    const data = scoreboardData(suites, folder === undefined ? { tool } : { tool, recordOf });
    out.write(plainJson(`${JSON.stringify(data, undefined, 2)}\n`));
    return;
  }
  const print = (text: string): void => wrap(text, out.columns).forEach((line) => out.write(`${line}\n`));
  out.write('\n');
  for (const { name, results, tookMs } of suites)
    print(`${harmless(name)}: ${count(results.length, 'hazard')}: ${tallyOf(results)}; ${duration(tookMs)}`);
  more.forEach(print);
  const lessons = lessonsOf(suites);
  if (lessons.length > 0) print(`lessons about what failed: ${listed(lessons)}`);
  print(serverText(redis));
  if (folder !== undefined) print(`reports: ${nearPath(folder.path)}`);
}

/** Where it is told what went wrong. */
function lessonsOf(suites: readonly SuiteResult[]): string[] {
  const failed = suites.flatMap(({ results }) => results.filter(({ outcome }) => outcome === 'fail'));
  return [...new Set(failed.flatMap(({ hazard }) => hazard.lesson ?? []))].sort();
}
