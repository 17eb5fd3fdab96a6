import { Chalk } from 'chalk';
import { DEFAULT_RUNS, DEFAULT_SEED } from '../explore/explore.js';
import type { StrategyName } from '../explore/strategies.js';
import type { Verdict } from '../explore/verdict.js';
import { diagnose } from '../record/diagnosis.js';
import { exploredText } from '../record/explored.js';
import { renderFailure } from '../record/failure.js';
import { describeExpectation } from '../lab.js';
import { ReportFolder } from '../record/report-folder.js';
import { buildReports, recordPath, resultsText } from '../record/reports.js';
import { describeVerdict, nameOf, outcomeOf, tally, type VariantResult } from '../record/results.js';
import { OUTCOME_MARKS, paintOf, renderResultsTable, tallyText } from '../record/results-table.js';
import { count, fit, harmless, wrap } from '../record/text.js';
import type { CliContext, Engine } from './context.js';
import { describeError, EXIT, Interrupted, UsageError } from './errors.js';
import { checkJobs, withMembers } from './jobs/members.js';
import type { MemberProcess } from './jobs/member-process.js';
import { ProcessCrew } from './jobs/process-crew.js';
import type { Bounds, CastName } from './jobs/protocol.js';
import { recast, type Cast } from './recast.js';
import { duration, Progress } from './progress.js';
import { nearPath, replayLine } from './replay-line.js';
import { select } from './select.js';
import { Unfinished } from './unfinished.js';
import { isUsable, withServer, type ServerFlags, type Session } from './server.js';

/** Options of `race-lab run`. */
export interface RunFlags extends ServerFlags {
  readonly strategy?: StrategyName;
  readonly runs?: number;
  readonly seconds?: number;
  readonly seed?: number;
  readonly workers?: number;
  readonly faults?: number;
  readonly preemptions?: number;
  readonly delays?: number;
  readonly jobs?: number;
  readonly json?: boolean;
  readonly out: string;
  readonly verbose?: boolean;
  /** Go on with searches that were interrupted. */
  readonly resume?: boolean;
  /** Also the steps that have nothing to do with a failure. */
  readonly all?: boolean;
}

/** Runs labs, compares each verdict with what is expected, and writes the reports. @returns the exit code */
export async function run(context: CliContext, words: readonly string[], flags: RunFlags): Promise<number> {
  const progress = new Progress(context.err);
  const casts = recast(select(await context.loadLabs(), words), flags, (line) => progress.note(line));
  checkJobs(flags);
  checkBounds(flags);
  if (casts.length === 0) throw new UsageError('there are no labs to run');
  const folder = await ReportFolder.open(flags.out);
  const note = (line: string): void => progress.note(line);
  const unfinished = await Unfinished.open(folder, casts, flags.resume === true, note);
  const engine = await context.loadEngine();
  const startedMs = performance.now();
  const { results, redis } = await withServer(context, engine, flags, progress, (session) =>
    withMembers(context, membersFor(flags, casts), flags, progress, async (members) => ({
      results: await runAll(
        { context, engine, session, progress, flags, members, unfinished, folder },
        casts,
      ),
      redis: redisOf(session),
    })),
  );
  const reports = buildReports({ name: 'redis-race-lab', version: context.version }, redis, results);
  let complaint: unknown;
  await folder.replace(new Map([...reports.files, ...unfinished.files])).catch((error: unknown) => {
    complaint = error;
  });
  const written = complaint === undefined ? folder : undefined;
  if (flags.json === true) context.out.write(resultsText(reports.results));
  else printReport(context, flags, results, redis, written, unfinished.size, performance.now() - startedMs);
  // Only now: what was found must be seen even when it could not be kept.
  if (complaint !== undefined) throw complaint;
  return exitCodeOf(results);
}

/** A bound that the strategy does not keep would be believed in all the same. @throws UsageError */
function checkBounds({ strategy = 'auto', preemptions, delays, resume }: RunFlags): void {
  // With a bound on preemptions, auto is systematic.
  const searches = strategy === 'exhaustive' || (strategy === 'auto' && preemptions === undefined);
  const chosen = strategy === 'auto' ? 'auto with --preemptions' : strategy;
  if (preemptions !== undefined && strategy !== 'auto' && strategy !== 'systematic')
    throw new UsageError(`--preemptions bounds auto and systematic only: ${chosen} knows no such bound`);
  if (delays !== undefined && !searches)
    throw new UsageError(`--delays bounds auto and exhaustive only: ${chosen} knows no such bound`);
  if (resume === true && !searches)
    throw new UsageError(
      `--resume goes on with auto and exhaustive only: ${chosen} keeps nothing to go on with`,
    );
}

/** One variant is shared by all the others, while this process leads; of several, this one takes its part. */
function membersFor({ jobs = 1 }: RunFlags, casts: readonly Cast[]): number {
  if (jobs === 1) return 0;
  return casts.length === 1 ? jobs : Math.min(jobs, casts.length) - 1;
}

interface Running {
  readonly context: CliContext;
  readonly engine: Engine;
  readonly session: Session;
  readonly progress: Progress;
  readonly flags: RunFlags;
  readonly members: readonly MemberProcess[];
  readonly unfinished: Unfinished;
  readonly folder: ReportFolder;
}

/** Explores a variant, here or elsewhere. */
type Explorer = (running: Running, cast: Cast) => Promise<Verdict>;

async function runAll(running: Running, casts: readonly Cast[]): Promise<VariantResult[]> {
  const { context, progress, flags, members } = running;
  const results: (VariantResult | undefined)[] = [];
  let next = 0;
  let shown = 0;
  let lost: string | undefined;
  /** One variant after the other, until nobody has one left. */
  const work = async (explorer: Explorer, member?: MemberProcess): Promise<void> => {
    const own = member === undefined;
    // What a process was at when it went is lost; all else is left to the others.
    while (next < casts.length && !context.signal.aborted && member?.gone !== true) {
      const at = next++;
      const cast = casts[at]!;
      if (own)
        progress.start(`[${at + 1}/${casts.length}] ${cast.lab.id}/${cast.variant.name}`, {
          ...flags,
          runs: flags.runs ?? DEFAULT_RUNS,
        });
      const result = await runOne(running, cast, explorer);
      // What an interrupted exploration says is about the interruption.
      if (context.signal.aborted) return;
      results[at] = result;
      progress.clear();
      for (; results[shown] !== undefined; shown++) printLine(context, flags, results[shown]!);
      // Where there is no Redis any more, every other variant would only say so again.
      if (own && result.verdict.kind === 'error' && !(await isUsable(running.session.environment))) {
        lost = result.verdict.message;
        return;
      }
    }
  };
  const [crew, others] = casts.length === 1 ? [members, []] : [[], members];
  await Promise.all([work(exploreHere(crew)), ...others.map((member) => work(exploreAt(member), member))]);
  const done = results.filter((result) => result !== undefined);
  if (!context.signal.aborted) return lost === undefined ? done : withNotRun(running, casts, results, lost);
  const stopped = `stopped: ${done.length} of ${count(casts.length, 'variant')} done, ${flags.out} is as it was`;
  const saved = await running.unfinished.write(running.folder);
  throw new Interrupted(
    saved === 0
      ? stopped
      : `${stopped} but for ${count(saved, 'search', 'searches')} to go on with: add --resume to the same command`,
  );
}

/** Completes the results when there is no Redis left for the other variants. */
function withNotRun(
  { context, session, flags }: Running,
  casts: readonly Cast[],
  results: readonly (VariantResult | undefined)[],
  lost: string,
): VariantResult[] {
  const output = flags.json === true ? context.err : context.out;
  const left = casts.length - results.filter((result) => result !== undefined).length;
  if (left > 0) output.write(`? ${count(left, 'more variant')} not run: there is no Redis any more\n`);
  return casts.map((cast, at) => {
    const known = results[at];
    if (known !== undefined) return known;
    const { lab, variant } = cast;
    const verdict = errorVerdict(cast, session, flags, `not run: ${lost}`, 0);
    return { lab: lab.id, variant: variant.name, expect: variant.expect, verdict, record: undefined };
  });
}

async function runOne(running: Running, cast: Cast, explorer: Explorer): Promise<VariantResult> {
  const { lab, variant } = cast;
  const startedMs = performance.now();
  let verdict: Verdict;
  try {
    verdict = await explorer(running, cast);
  } catch (error) {
    // One variant that cannot run must not hide what the others came to.
    const { session, flags } = running;
    verdict = errorVerdict(cast, session, flags, describeError(error), performance.now() - startedMs);
  }
  running.unfinished.settle(cast, verdict);
  const record = verdict.record === undefined ? undefined : recordPath(lab.id, variant.name);
  return { lab: lab.id, variant: variant.name, expect: variant.expect, verdict, record };
}

/** @param crew - processes that have nothing else to do */
const exploreHere =
  (crew: readonly MemberProcess[]): Explorer =>
  ({ context, engine, session, progress, flags, unfinished }, cast) => {
    const { lab, variant, scenario } = cast;
    const resume = unfinished.of(cast);
    return engine.explore(scenario, {
      environment: session.environment,
      identity: { lab: lab.id, variant: variant.name },
      signal: context.signal,
      onProgress: (explored) => progress.update(explored),
      ...boundsOf(flags, cast),
      onUnfinished: (saved) => unfinished.save(cast, saved),
      ...(resume === undefined ? {} : { resume }),
      ...(crew.length === 0
        ? {}
        : { crew: new ProcessCrew(crew, castName(flags, cast), flags.seed ?? DEFAULT_SEED) }),
    });
  };

function exploreAt(member: MemberProcess): Explorer {
  return async ({ flags, unfinished }, cast) => {
    const {
      verdict,
      unfinished: saved,
      usable,
    } = await member.ask('explore', {
      cast: castName(flags, cast),
      bounds: boundsOf(flags, cast),
      resume: unfinished.of(cast),
    });
    if (saved !== undefined) unfinished.save(cast, saved);
    // Where there is no Redis any more, every other variant would only say so again.
    if (!usable) await member.close();
    return verdict;
  };
}

function castName({ workers, faults }: RunFlags, { lab, variant, scenario }: Cast): CastName {
  // Workers that differ from each other are as many as there are.
  return { lab: lab.id, variant: variant.name, workers: scenario.uniform ? workers : undefined, faults };
}

function boundsOf({ strategy, runs, seconds, seed, delays, ...flags }: RunFlags, { variant }: Cast): Bounds {
  const preemptions = flags.preemptions ?? variant.preemptions;
  return {
    ...(strategy === undefined ? {} : { strategy }),
    ...(runs === undefined ? {} : { runs }),
    ...(seconds === undefined ? {} : { seconds }),
    ...(seed === undefined ? {} : { seed }),
    ...(preemptions === undefined ? {} : { preemptions }),
    ...(delays === undefined ? {} : { delays }),
  };
}

function errorVerdict(
  { scenario }: Cast,
  session: Session,
  flags: RunFlags,
  message: string,
  tookMs: number,
): Verdict {
  return {
    kind: 'error',
    scenario: scenario.name,
    workers: scenario.workers.length,
    invariant: undefined,
    message,
    strategy: flags.strategy ?? 'auto',
    executions: 0,
    complete: false,
    bounds: { preemptions: flags.preemptions, faults: scenario.faults.budget },
    capped: 0,
    minimal: undefined,
    record: undefined,
    redis: redisOf(session),
    tookMs: Math.round(tookMs),
  };
}

function redisOf({ server: { version, product, source, clockMode } }: Session): Verdict['redis'] {
  return { version, product, source, clock: clockMode };
}

/** What a variant came to, as soon as it is known. */
function printLine(context: CliContext, flags: RunFlags, result: VariantResult): void {
  const outcome = outcomeOf(result);
  const output = flags.json === true ? context.err : context.out;
  if (flags.json === true && outcome === 'as expected') return;
  const paint = paintOf(new Chalk({ level: output.colour ? 1 : 0 }), outcome);
  const { verdict, expect } = result;
  const wanted = outcome === 'as expected' ? 'as expected' : `(expected: ${describeExpectation(expect)})`;
  const text = harmless(`${nameOf(result)} ${describeVerdict(verdict)} ${wanted}: ${detailOf(verdict)}`);
  // A finding is shown in full elsewhere. Of the rest this line is all there is to see: what a pass claims is not cut.
  const width = output.columns - 2;
  const lines = verdict.record === undefined ? wrap(text, width) : [fit(text, width)];
  for (const [at, line] of lines.entries())
    output.write(`${at === 0 ? paint(OUTCOME_MARKS[outcome]) : ' '} ${line}\n`);
}

function detailOf(verdict: Verdict): string {
  if (verdict.kind === 'error') return verdict.message;
  if (verdict.record !== undefined) return diagnose(verdict.record).sentence;
  return verdict.kind === 'holds' ? exploredText(verdict) : verdict.message;
}

/** Failures first, so that what sums them up stands at the end, where the eye is. */
function printReport(
  context: CliContext,
  flags: RunFlags,
  results: readonly VariantResult[],
  redis: Verdict['redis'],
  folder: ReportFolder | undefined,
  unfinished: number,
  tookMs: number,
): void {
  const { columns, colour } = context.out;
  const print = (text: string): void => context.out.write(`${text}\n`);
  for (const result of results) {
    const { verdict } = result;
    if (verdict.record === undefined || (flags.verbose !== true && outcomeOf(result) === 'as expected'))
      continue;
    const kept =
      folder !== undefined && result.record !== undefined
        ? replayLine(context.invocation, folder.path, result.record)
        : undefined;
    print('');
    print(
      renderFailure(verdict.record, {
        columns,
        colour,
        verdict,
        all: flags.all === true,
        ...(kept === undefined ? {} : { replay: kept }),
      }),
    );
  }
  print('');
  print(renderResultsTable(results, { columns, colour }));
  print('');
  const product = redis.product === 'valkey' ? 'Valkey' : 'Redis';
  const where = `${product} ${redis.version} (${redis.source}, clock ${redis.clock})`;
  wrap(`${tallyText(results)}; ${duration(tookMs)}; ${where}`, columns).forEach(print);
  if (folder !== undefined) print(`reports: ${nearPath(folder.path)}`);
  if (folder !== undefined && unfinished > 0)
    print(`${count(unfinished, 'search', 'searches')} to go on with: add --resume to the same command`);
}

function exitCodeOf(results: readonly VariantResult[]): number {
  const counts = tally(results);
  if (counts['not as expected'] > 0) return EXIT.notAsExpected;
  return counts.unknown > 0 ? EXIT.unknown : EXIT.asExpected;
}
