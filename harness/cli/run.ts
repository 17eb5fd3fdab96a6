import { Chalk } from 'chalk';
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
import { recast, type Cast } from './recast.js';
import { duration, Progress } from './progress.js';
import { nearPath, replayLine } from './replay-line.js';
import { select } from './select.js';
import { withServer, type ServerFlags, type Session } from './server.js';

/** Options of `race-lab run`. */
export interface RunFlags extends ServerFlags {
  readonly strategy?: StrategyName;
  readonly runs?: number;
  readonly seconds?: number;
  readonly seed?: number;
  readonly workers?: number;
  readonly faults?: number;
  readonly preemptions?: number;
  readonly json?: boolean;
  readonly out: string;
  readonly verbose?: boolean;
  /** Also the steps that have nothing to do with a failure. */
  readonly all?: boolean;
}

/** Runs labs, compares each verdict with what is expected, and writes the reports. @returns the exit code */
export async function run(context: CliContext, words: readonly string[], flags: RunFlags): Promise<number> {
  const progress = new Progress(context.err);
  const casts = recast(select(await context.loadLabs(), words), flags, (line) => progress.note(line));
  if (casts.length === 0) throw new UsageError('there are no labs to run');
  const folder = await ReportFolder.open(flags.out);
  const engine = await context.loadEngine();
  const startedMs = performance.now();
  const { results, redis } = await withServer(context, engine, flags, progress, async (session) => ({
    results: await runAll({ context, engine, session, progress, flags }, casts),
    redis: redisOf(session),
  }));
  const reports = buildReports({ name: 'redis-race-lab', version: context.version }, redis, results);
  let complaint: unknown;
  await folder.replace(reports.files).catch((error: unknown) => {
    complaint = error;
  });
  const written = complaint === undefined ? folder : undefined;
  if (flags.json === true) context.out.write(resultsText(reports.results));
  else printReport(context, flags, results, redis, written, performance.now() - startedMs);
  // Only now: what was found must be seen even when it could not be kept.
  if (complaint !== undefined) throw complaint;
  return exitCodeOf(results);
}

interface Running {
  readonly context: CliContext;
  readonly engine: Engine;
  readonly session: Session;
  readonly progress: Progress;
  readonly flags: RunFlags;
}

async function runAll(running: Running, casts: readonly Cast[]): Promise<VariantResult[]> {
  const { context, progress, flags } = running;
  const results: VariantResult[] = [];
  for (const [at, cast] of casts.entries()) {
    if (!context.signal.aborted) {
      progress.start(`[${at + 1}/${casts.length}] ${cast.lab.id}/${cast.variant.name}`, flags);
      const result = await runOne(running, cast);
      progress.clear();
      // What an interrupted exploration says is about the interruption.
      if (!context.signal.aborted) {
        results.push(result);
        printLine(context, flags, result);
        continue;
      }
    }
    const done = `${results.length} of ${count(casts.length, 'variant')} done`;
    throw new Interrupted(`stopped: ${done}, ${flags.out} is as it was`);
  }
  return results;
}

async function runOne(
  { context, engine, session, progress, flags }: Running,
  cast: Cast,
): Promise<VariantResult> {
  const { lab, variant, scenario } = cast;
  const { strategy, runs, seconds, seed } = flags;
  const preemptions = flags.preemptions ?? variant.preemptions;
  const identity = { lab: lab.id, variant: variant.name };
  const startedMs = performance.now();
  let verdict: Verdict;
  try {
    verdict = await engine.explore(scenario, {
      environment: session.environment,
      identity,
      signal: context.signal,
      onProgress: (explored) => progress.update(explored),
      ...(strategy === undefined ? {} : { strategy }),
      ...(runs === undefined ? {} : { runs }),
      ...(seconds === undefined ? {} : { seconds }),
      ...(seed === undefined ? {} : { seed }),
      ...(preemptions === undefined ? {} : { preemptions }),
    });
  } catch (error) {
    // One variant that cannot run must not hide what the others came to.
    verdict = errorVerdict(cast, session, flags, describeError(error), performance.now() - startedMs);
  }
  const record = verdict.record === undefined ? undefined : recordPath(lab.id, variant.name);
  return { ...identity, expect: variant.expect, verdict, record };
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
  // A result that says nothing is all there is to see about it, so it is not cut.
  const lines = outcome === 'unknown' ? wrap(text, output.columns - 2) : [fit(text, output.columns - 2)];
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
}

function exitCodeOf(results: readonly VariantResult[]): number {
  const counts = tally(results);
  if (counts['not as expected'] > 0) return EXIT.notAsExpected;
  return counts.unknown > 0 ? EXIT.unknown : EXIT.asExpected;
}
