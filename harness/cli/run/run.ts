import { resultsText } from '../../report/results/reports.js';
import { ReportFolder } from '../../report/results/report-folder.js';
import { readKept, type KeptResults as RunResults } from '../../report/results/kept.js';
import { buildResults } from '../../report/results/results.js';
import { identityOf } from '../../server/identity.js';
import { select } from '../selection/select.js';
import { withConfig } from '../selection/with-config.js';
import { sized } from '../selection/sized.js';
import type { CliContext } from '../context/context.js';
import { Complaint } from '../context/complaint.js';
import { UsageError } from '../context/errors.js';
import { accepted, openBaselines, writeAccepted } from '../baseline/baseline-file.js';
import { withServer } from '../context/session.js';
import { checkJobs, withMembers } from '../jobs/members.js';
import { ProgressLine } from '../../report/terminal/progress-line.js';
import { confirmFindings } from './confirm-findings.js';
import { Asking, checkAsk } from './asking.js';
import { checkBounds } from './check-bounds.js';
import { acceptedBy, comparable, exitCodeOf, isReason } from './failing.js';
import { leaveReports } from './leave-reports.js';
import { measureAll } from './measure.js';
import { printFailing, printReport } from './print.js';
import type { RunFlags } from './run-context.js';
import { tellCi } from './tell-ci.js';
import { Unfinished } from './unfinished.js';
import { membersFor, runAll } from './variants.js';

/**
 * Runs labs and race files, compares each verdict with what is expected, and writes the reports.
 *
 * @param typed - names of the options that stand on the command line, which go before those of the config
 * @returns the exit code
 * @internal
 */
export async function run(
  context: CliContext,
  words: readonly string[],
  asked: RunFlags,
  typed: ReadonlySet<string>,
): Promise<number> {
  const progress = new ProgressLine(context.err);
  const note = (line: string): void => progress.note(line);
  const selection = await select(context, words);
  const flags = withConfig(asked, typed, selection.config);
  if (selection.taken !== undefined) note(selection.taken);
  const variants = sized(selection.variants, flags, note, typed.has('workers'));
  checkJobs(flags);
  checkBounds(flags);
  checkAsk(context, flags, variants, typed);
  if (variants.length + selection.measurements.length === 0) throw new UsageError('there are no labs to run');
  const baselines = await openBaselines(context.cwd, flags);
  const folder = await ReportFolder.open(flags.out);
  // Only to know that they can be read: those that count are the ones that are there at the end.
  await readKept(folder, new Date().toISOString());
  const unfinished = await Unfinished.open(folder, variants, flags.resume === true, note);
  const runner = await context.loadRunner();
  const asking = flags.ask === true ? new Asking(context, context.askLine!) : undefined;
  const startedMs = performance.now();
  const ranAt = new Date().toISOString();
  const { results, measurements, redis } = await withServer(context, runner, flags, progress, (session) =>
    withMembers(context, membersFor(flags, variants), flags, progress, async (members) => {
      const parts = { context, runner, session, progress, flags, members, unfinished, folder, asking };
      const found = await runAll(parts, variants);
      const results = await confirmFindings(parts, variants, found);
      const measurements = await measureAll(context, flags, progress, selection.measurements);
      return { results, measurements, redis: identityOf(session.server) };
    }),
  );
  const facts = { tool: { name: 'redis-race-lab', version: context.version }, redis, ranAt } as const;
  const compared = results.map(comparable);
  const rules = { baseline: accepted(baselines, compared), failOn: flags.failOn };
  const ran: RunResults = { variants: results, measurements };
  const left = { known: selection.known, ran, unfinished, accepted: acceptedBy(rules) };
  const complaint = new Complaint();
  const all = await complaint.about(leaveReports(context, folder, facts, left), ran);
  if (flags.json === true) context.out.write(resultsText(buildResults(facts, results, measurements)));
  else
    printReport(context, flags, {
      results,
      measurements,
      all,
      facts,
      folder: complaint.exists ? undefined : folder,
      unfinished: unfinished.size,
      predictions: asking?.tally,
      tookMs: performance.now() - startedMs,
    });
  const written = writeAccepted(context.cwd, baselines, rules.baseline, compared);
  const lines = await complaint.about(written, []);
  const before = baselines.compares ? baselines.before : undefined;
  printFailing(flags.json === true ? context.err : context.out, results, before, rules, lines);
  tellCi(context, { results, measurements, facts }, (result) => isReason(result, rules));
  complaint.raise();
  return exitCodeOf(results, measurements, rules);
}
