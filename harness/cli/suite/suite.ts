import { defined } from '../../base/defined.js';
import { TOOL_NAME } from '../../record/tool.js';
import { checkWritable, writeWhole } from '../../record/write.js';
import { readKept } from '../../report/results/kept.js';
import { comparedLines, compareWith, type Baseline } from '../../report/results/baseline.js';
import { ReportFolder } from '../../report/results/report-folder.js';
import { recordPath } from '../../report/results/reports.js';
import type { VariantResult } from '../../report/results/results.js';
import { ProgressLine } from '../../report/terminal/progress-line.js';
import { outcomesOf, type HazardResult, type SuiteResult } from '../../suite/run/result.js';
import { runHazard } from '../../suite/run/run-hazard.js';
import { renderBadge } from '../../suite/scoreboard/badge.js';
import { renderMarkdown } from '../../suite/scoreboard/text.js';
import { identityOf } from '../../server/identity.js';
import type { CliContext } from '../context/context.js';
import { accepted, openBaselines, writeAccepted } from '../baseline/baseline-file.js';
import { Complaint } from '../context/complaint.js';
import { EXIT, Interrupted } from '../context/errors.js';
import { withServer } from '../context/session.js';
import { acceptedBy } from '../run/failing.js';
import { leaveReports } from '../run/leave-reports.js';
import { Unfinished } from '../run/unfinished.js';
import { openProject } from '../selection/project.js';
import { variantIdentity } from '../selection/select.js';
import { serverConfig } from '../selection/with-config.js';
import { comparables, isKnownFailure, loadAdapted, variantOfHazard, type Adapted } from './adapted.js';
import { printHazard, printScoreboard, printSuite } from './print.js';
import type { SuiteFlags, SuiteRun } from './suite-run.js';

/** Runs suites, prints the scoreboard, and writes the reports. @returns the exit code @internal */
export async function suite(
  context: CliContext,
  words: readonly string[],
  given: SuiteFlags,
): Promise<number> {
  const progress = new ProgressLine(context.err);
  const project = await openProject(context);
  const flags = { ...serverConfig(project.config), ...given };
  const adapted = await loadAdapted(context, project, words, flags.only);
  const baselines = await openBaselines(context.cwd, flags);
  for (const file of [flags.markdown, flags.badge]) if (file !== undefined) await checkWritable(file);
  const folder = await ReportFolder.open(flags.out);
  const ranAt = new Date().toISOString();
  await readKept(folder, ranAt);
  const unfinished = await Unfinished.open(folder, [], false, (line) => progress.note(line));
  const runner = await context.loadRunner();
  const { suites, redis } = await withServer(context, runner, flags, progress, async (session) => ({
    suites: await runAll(
      { context, flags, runner, session, progress, folder, baseline: baselines.before },
      adapted,
    ),
    redis: identityOf(session.server),
  }));
  const tool = { name: TOOL_NAME, version: context.version } as const;
  const facts = { tool, redis, ranAt };
  const all = adapted.flatMap((one, at) => suites[at]!.results.flatMap((result) => comparables(one, result)));
  const ran = { variants: adapted.flatMap((one, at) => variantResults(one, suites[at]!)), measurements: [] };
  const known = [...(await context.loadLabs()), ...new Set(adapted.map(({ lab }) => lab))];
  const accepts = accepted(baselines, all);
  const left = { known, ran, unfinished, accepted: acceptedBy({ baseline: accepts, failOn: undefined }) };
  const complaint = new Complaint();
  await complaint.about(leaveReports(context, folder, facts, left), ran);
  const kept = complaint.exists ? undefined : folder;
  const changes = baselines.compares ? comparedLines(compareWith(baselines.before, all)) : [];
  const written = await complaint.about(writeAccepted(context.cwd, baselines, accepts, all), []);
  const { fresh } = compareWith(accepts, all);
  await complaint.about(writeBoards(flags, adapted, suites, accepts, fresh.length > 0), undefined);
  const isJson = flags.json === true;
  const more = [...changes, ...written];
  printScoreboard(context, { suites, more, tool, redis, folder: kept, isJson, adapted });
  complaint.raise();
  return exitCodeOf(suites, fresh);
}

/** The scoreboard as Markdown and as a badge, where they are asked for. @param isFresh - does anything fail that is not known? */
async function writeBoards(
  { markdown, badge }: SuiteFlags,
  adapted: readonly Adapted[],
  suites: readonly SuiteResult[],
  accepts: Baseline | undefined,
  isFresh: boolean,
): Promise<void> {
  const known = adapted.flatMap((one, at) =>
    suites[at]!.results.filter((result) => isKnownFailure(accepts, one, result)).map(
      ({ hazard }) => `${one.name}/${hazard.id}`,
    ),
  );
  if (markdown !== undefined) await writeWhole(markdown, renderMarkdown(suites, new Set(known)));
  if (badge !== undefined) await writeWhole(badge, renderBadge(suites, isFresh));
}

async function runAll(run: SuiteRun, adapted: readonly Adapted[]): Promise<SuiteResult[]> {
  const suites: SuiteResult[] = [];
  for (const one of adapted) suites.push(await runOne(run, one));
  return suites;
}

async function runOne(run: SuiteRun, one: Adapted): Promise<SuiteResult> {
  const { context, flags, runner, session, progress } = run;
  const { name, adapter, hazards } = one;
  const startedMs = performance.now();
  const results: HazardResult[] = [];
  printSuite(run, one);
  for (const [at, hazard] of hazards.entries()) {
    const title = `[${at + 1}/${hazards.length}] ${name}/${hazard.id}`;
    const result = await runHazard(
      hazard,
      (scenario, options) => {
        const found = variantOfHazard(one, scenario.name);
        progress.start(title, defined({ runs: options.runs, seconds: options.seconds }));
        return runner.explore(scenario, {
          ...options,
          ...defined({ identity: found === undefined ? undefined : variantIdentity(found) }),
        });
      },
      {
        session: session.environment,
        signal: context.signal,
        seconds: flags.seconds ?? Infinity,
        onProgress: (explored) => progress.update(explored),
        ...defined({ runs: flags.runs, seed: flags.seed }),
      },
    );
    progress.clear();
    if (context.signal.aborted) throw new Interrupted(`stopped in ${name}/${hazard.id}: nothing written`);
    printHazard(run, one, result);
    results.push(result);
  }
  return { name, suite: adapter.suite, results, tookMs: Math.round(performance.now() - startedMs) };
}

/** All that was explored, as variants of a race file: then it is on the page, and is replayed as everything else. */
function variantResults(one: Adapted, { results }: SuiteResult): VariantResult[] {
  return results
    .flatMap(({ verdicts }) => verdicts)
    .flatMap((verdict) => {
      const found = variantOfHazard(one, verdict.scenario);
      if (found === undefined) return [];
      const { lab, variant } = variantIdentity(found);
      const record = verdict.record === undefined ? undefined : recordPath(lab, variant);
      return [{ lab, variant, expect: { kind: 'holds' as const }, verdict, record }];
    });
}

function exitCodeOf(suites: readonly SuiteResult[], fresh: readonly string[]): number {
  if (fresh.length > 0) return EXIT.notAsExpected;
  const { pass, fail, unknown } = outcomesOf(suites.flatMap(({ results }) => results));
  // Where nothing applies nothing is known either.
  return unknown > 0 || pass + fail === 0 ? EXIT.unknown : EXIT.asExpected;
}
