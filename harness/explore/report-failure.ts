import { real } from '../clock/globals.js';
import { LONGEST_DELAY_MS } from '../clock/virtual-time.js';
import { STARVED } from '../execution/judge/built-in.js';
import type { Environment } from '../execution/host/environment.js';
import { buildRecord, otherRun, verdictOf, type VariantName } from '../record/build.js';
import { firstDifference } from '../record/compare.js';
import { OTHER_STEPS_MAX, type OtherRun, type RaceRecord } from '../record/format.js';
import { sizeOf } from '../record/steps.js';
import type { Progress } from '../record/verdict.js';
import { defined } from '../base/defined.js';
import type { Scenario } from '../scenario/types.js';
import { explain } from './explain/explain.js';
import { insideScripts, observedScripts } from './explain/scripts.js';
import type { Trial } from './explain/trial.js';
import type { ObservedScript } from './footprints/script-monitor.js';
import { shrinkFailure, type ShrinkOptions } from './shrink/shrink-failure.js';
import { runTape, type Failure, type TapedExecution } from './tape/run-tape.js';

/** How often a shrunk failure is run again before it is reported. */
const CONFIRM_RUNS = 20;
/** The same for a worker that spins: each of those runs takes seconds to be stopped. */
const CONFIRM_RUNS_STARVED = 2;

/** A failure that was found late may be made smaller for so long, although the time is over. */
const GRACE_MS = 10_000;

/** Where an execution was found, and with what it is run again. @internal */
export interface Found {
  readonly environment: Environment;
  readonly scenario: Scenario;
  /** Seeds the random numbers of the workers. */
  readonly seed: number;
  readonly identity: VariantName | undefined;
  /** Name of the strategy that found it. */
  readonly strategy: string;
  /** The sampler whose execution it was, where the strategy samples. */
  readonly sampler: string | undefined;
  /** Number of the execution, from 1. */
  readonly execution: number;
}

/** How a failure is to be reported. @internal */
export interface ReportContext extends Found {
  /** What somebody asked for, in words that shrinking knows. */
  readonly bounds: Pick<ShrinkOptions, 'preemptions' | 'delays'>;
  /** When the time is over that somebody allowed, in ms on the clock of `real.now()`. */
  readonly untilMs: number;
  /** When shrinking and explaining must be over, on the same clock. */
  readonly reportedByMs: number;
  /** Ends shrinking and explaining early, with what they have by then. */
  readonly signal: AbortSignal | undefined;
  /** Is called when another part of the work begins. */
  readonly onPhase: (phase: Progress['phase']) => void;
}

/**
 * Shrinks a failure, runs the shrunk one again, explains it and records it.
 *
 * @returns the record; `reproduced` says whether it failed every time, and only then it is explained
 * @internal
 */
export async function reportFailure(failure: Failure, context: ReportContext): Promise<RaceRecord> {
  const { environment, scenario, seed, onPhase } = context;
  const signal = inTime(context);
  onPhase('shrinking');
  const shrunk = await shrinkFailure(environment, scenario, failure, seed, { ...context.bounds, signal });
  const shrinking = {
    from: sizeOf(failure.result),
    shrinkRuns: shrunk.runs,
    ...defined({
      original: await originalOf(failure, shrunk, context),
      shrinkStoppedAfterMs: shrunk.stoppedAfterMs,
    }),
  };
  return await record(shrunk, shrinking, { ...context, signal });
}

/**
 * Records a failure as it is, without making it smaller: runs it again and explains it.
 *
 * @param stop - ends everything: there is no record then
 * @param enough - ends explaining early, with what there is by then
 * @returns as `reportFailure`
 * @throws the reason of `stop`, where it came before the runs were done
 * @internal
 */
export async function recordAsFound(
  failure: Failure,
  found: Found,
  stop: AbortSignal | undefined,
  enough: AbortSignal,
): Promise<RaceRecord> {
  const asFound = { from: sizeOf(failure.result), shrinkRuns: 0 };
  const signal = stop === undefined ? enough : AbortSignal.any([stop, enough]);
  return await record(failure, asFound, { ...found, signal, onPhase: () => {} }, stop);
}

async function record(
  failure: Failure,
  shrinking: Pick<RaceRecord['found'], 'from' | 'original' | 'shrinkRuns' | 'shrinkStoppedAfterMs'>,
  context: Found & Pick<ReportContext, 'signal' | 'onPhase'>,
  stop?: AbortSignal,
): Promise<RaceRecord> {
  const { environment, scenario, seed, identity, strategy, sampler, execution, signal, onPhase } = context;
  onPhase('confirming');
  const trial = { environment, scenario, skip: failure.tape.skip, seed };
  const { id } = failure.result.finding;
  // A worker that spins is not run more often than need be.
  const scripts = id === STARVED ? [] : await observedScripts(trial, failure.result.steps);
  const { traced, reproduced } = await confirm(failure, scripts, trial, stop);
  onPhase('explaining');
  const isExplained = reproduced.times === reproduced.of && id !== STARVED;
  const explanation = isExplained ? await explain(trial, traced, scripts, signal) : undefined;
  return buildRecord(traced.result, verdictOf(traced.result.finding), traced.tape, {
    scenario,
    server: environment.server,
    seed,
    identity,
    found: { strategy, ...defined({ sampler }), execution, ...shrinking },
    reproduced,
    explanation,
  });
}

/** The execution as it was found, with what a reader wants to see of it. @returns undefined where nothing was made of it */
async function originalOf(
  { tape, result }: Failure,
  shrunk: Failure,
  { environment, scenario, seed }: Found,
): Promise<OtherRun | undefined> {
  const isTheSame = firstDifference(result, shrunk.result) === undefined;
  // A worker that spins is not run more often than need be.
  if (isTheSame || result.finding.id === STARVED || result.steps.length > OTHER_STEPS_MAX) return undefined;
  const again = await runTape(environment, scenario, tape, { seed, traced: true });
  return firstDifference(result, again.result) === undefined ? otherRun(again.result, again.tape) : undefined;
}

/** Ends as well when the time is over. */
function inTime({ signal, untilMs, reportedByMs }: ReportContext): AbortSignal | undefined {
  const endMs = Math.min(Math.max(untilMs, real.now() + GRACE_MS), reportedByMs);
  if (!Number.isFinite(endMs)) return signal;
  const leftMs = Math.max(endMs - real.now(), 0);
  const over = AbortSignal.timeout(Math.round(Math.min(LONGEST_DELAY_MS, leftMs)));
  return signal === undefined ? over : AbortSignal.any([signal, over]);
}

/** What running a shrunk failure again came to. */
interface Confirmation {
  /** Its first run: with source lines and values. */
  readonly traced: Failure;
  /** How often it was run, and how often it came to the same. */
  readonly reproduced: RaceRecord['reproduced'];
}

async function confirm(
  { tape, result }: Failure,
  scripts: readonly ObservedScript[],
  { environment, scenario, seed }: Trial,
  stop: AbortSignal | undefined,
): Promise<Confirmation> {
  const { id } = result.finding;
  const inside = insideScripts(scripts, result.steps);
  const of = id === STARVED ? CONFIRM_RUNS_STARVED : CONFIRM_RUNS;
  let first: TapedExecution | undefined;
  let times = 0;
  for (let run = 0; run < of; run++) {
    stop?.throwIfAborted();
    const again = await runTape(environment, scenario, tape, { seed, traced: run === 0, inside });
    const same = again.result.finding?.id === id && firstDifference(result, again.result) === undefined;
    if (same) times += 1;
    first ??= again;
  }
  // Where the first run is another one, its steps are shown with what was found before.
  const finding = first!.result.finding ?? result.finding;
  return { traced: { tape, result: { ...first!.result, finding } }, reproduced: { times, of } };
}
