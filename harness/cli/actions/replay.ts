import { resolve } from 'node:path';
import { count, harmless } from '../../base/text.js';
import type { Environment } from '../../execution/host/environment.js';
import { UNHURRIED } from '../../execution/host/limits.js';
import { DEFAULT_SEED } from '../../explore/options.js';
import type { ReplayOptions } from '../../explore/replay.js';
import { Tape } from '../../explore/tape/tape.js';
import type { Shared } from '../../play/share.js';
import type { Scenario } from '../../scenario/types.js';
import type { RecordedRun } from '../../record/format.js';
import { GrowingLanes } from '../../report/lanes/growing-lanes.js';
import { renderGuided } from '../../report/print/guided.js';
import { renderReplay, replayTitle } from '../../report/print/replayed.js';
import { INDENT } from '../../report/text/layout.js';
import { scenarioName } from '../../report/text/run-text.js';
import type { CliContext, Runner } from '../context/context.js';
import { EXIT, Interrupted, UsageError } from '../context/errors.js';
import { withServer, type ServerSession } from '../context/session.js';
import type { Inspection } from '../context/inspection.js';
import type { ServerFlags } from '../context/server-flags.js';
import { ProgressLine } from '../../report/terminal/progress-line.js';
import { serverConfig } from '../selection/with-config.js';
import { exportedProject, opened } from '../export/opened.js';
import { CELL, choose } from './cell.js';
import { recordedScenario } from './recorded-scenario.js';
import { runOfShared, sharedOf } from './shared.js';

/** Options of `race-lab replay`. @internal */
export interface ReplayFlags extends ServerFlags {
  readonly times: number;
  /** Show each step as it is performed, and wait for Enter where there is a terminal. */
  readonly step?: boolean;
  /** The cell of a file of fault maps. */
  readonly cell?: string;
  /** The race file that the scenario is in. */
  readonly file?: string;
  /** Follow the recorded order on code that has changed. */
  readonly guided?: boolean;
  /** Wait for a debugger. */
  readonly inspect?: boolean;
  /** The step behind which it stops, from 1. */
  readonly at?: number;
}

/**
 * Runs a record, or a schedule that was shared, again and says whether it came out the same.
 *
 * @param word - a file, or a shared schedule
 * @returns the exit code
 * @internal
 */
export async function replay(context: CliContext, word: string, given: ReplayFlags): Promise<number> {
  const shared = sharedOf(word);
  checkInspect(given);
  if (given.guided === true && (shared !== undefined || given.step === true))
    throw new UsageError(
      '--guided follows the steps of a record, to their end: a shared schedule has none, and --step does not go with it',
    );
  if (shared !== undefined && given.inspect === true)
    throw new UsageError(
      '--inspect stops at a step of a record: a shared schedule has none; save one in the player, and replay that',
    );
  if (shared !== undefined) return await replayShared(context, word, shared, given);
  const { file, folder } = await opened(context.cwd, word);
  // What was exported is a project of its own.
  const inside = folder === undefined ? context : { ...context, cwd: folder };
  const record = await readRun(file, given.cell);
  checkAt(given, record);
  // By hand it is named as seen from here.
  const named = given.file === undefined ? undefined : resolve(context.cwd, given.file);
  const project = folder === undefined ? undefined : exportedProject(folder);
  const { scenario, changed, config } = await recordedScenario(inside, record, file, named, project);
  const flags = { ...serverConfig(config), ...given };
  const code = await onServer(context, record, flags, (replaying) =>
    given.guided === true ? follow(replaying, scenario, record) : again(replaying, scenario, record),
  );
  if (changed !== undefined) context.out.write(`${harmless(changed)}\n`);
  return code;
}

/** The steps that a shared schedule leads to are not in it: they are recorded first. */
async function replayShared(
  context: CliContext,
  word: string,
  shared: Shared,
  given: ReplayFlags,
): Promise<number> {
  const run = runOfShared(shared);
  const { scenario, config } = await recordedScenario(context, run, word, given.file);
  const { lab, variant, invariant } = shared;
  return await onServer(context, run, { ...serverConfig(config), ...given }, async (replaying) => {
    const { runner, environment, progress } = replaying;
    const { choices, skip } = run.tape;
    const identity = { lab, variant, ...(run.file === undefined ? {} : { file: run.file }) };
    const { signal } = context;
    const record = await runner
      .playedRecord(
        environment,
        { scenario, identity, seed: DEFAULT_SEED },
        { tape: new Tape(choices, skip) },
        signal,
      )
      .catch((error: unknown) => {
        throw signal.aborted && error === signal.reason
          ? new Interrupted('stopped before it was replayed')
          : error;
      });
    const as = `shared as "${harmless(invariant)}"`;
    if (record === undefined) {
      progress.clear();
      context.out.write(`✗ ${scenarioName(run)}: nothing is wrong at the end of this schedule, ${as}\n`);
      return EXIT.notAsExpected;
    }
    const code = await again(replaying, scenario, record);
    if (record.verdict.invariant === invariant) return code;
    context.out.write(`✗ ${as}: something else is wrong now\n`);
    return EXIT.notAsExpected;
  });
}

/** @throws UsageError */
function checkInspect({ inspect, at, step, guided, times }: ReplayFlags): void {
  if (inspect !== true && at === undefined) return;
  if (inspect !== true) throw new UsageError('--at says where --inspect stops: give both');
  if (step === true || guided === true || times > 1)
    throw new UsageError('--inspect looks at one run: --step, --guided and --times do not go with it');
}

/** @throws UsageError */
function checkAt({ inspect, at = 1 }: ReplayFlags, { steps }: Pick<RecordedRun, 'steps'>): void {
  if (inspect !== true) return;
  const step = steps[at - 1];
  if (step === undefined)
    throw new UsageError(`--at ${at}: the record has ${count(steps.length, 'step')}, counted from 1`);
  if (step.worker === 0) throw new UsageError(`--at ${at}: that step is not one of a worker`);
}

/** A replay that has its server. */
interface Replaying {
  readonly context: CliContext;
  readonly runner: Runner;
  readonly environment: Environment;
  readonly progress: ProgressLine;
  readonly flags: ReplayFlags;
  /** The debugger that looks on. */
  readonly inspection: Inspection | undefined;
}

async function onServer<T>(
  context: CliContext,
  run: Pick<RecordedRun, 'lab' | 'variant' | 'scenario'>,
  flags: ReplayFlags,
  body: (replaying: Replaying) => Promise<T>,
): Promise<T> {
  const runner = await context.loadRunner();
  const progress = new ProgressLine(context.err);
  // Nothing is started before somebody is there.
  const inspection =
    flags.inspect === true
      ? await runner.inspect(flags.at ?? 1, (line) => context.err.write(`${line}\n`))
      : undefined;
  const replaying = async ({ environment }: ServerSession): Promise<T> => {
    progress.say(`replaying ${scenarioName(run)}`);
    return await body({ context, runner, environment, progress, flags, inspection });
  };
  try {
    const limits = inspection === undefined ? undefined : UNHURRIED;
    return await withServer(context, runner, flags, progress, replaying, limits);
  } finally {
    if ((await inspection?.end()) === false)
      context.err.write(`no code of that worker went on behind step ${flags.at ?? 1}: nothing stopped\n`);
  }
}

/** Runs it as often as was asked for, and says what that came to. @returns the exit code */
async function again(
  { context, runner, environment, progress, flags, inspection }: Replaying,
  scenario: Scenario,
  record: RecordedRun,
): Promise<number> {
  const { times } = flags;
  const { signal, out } = context;
  const options = { session: environment, times, signal };
  if (flags.step === true) progress.clear();
  const onStep = flags.step === true ? { onStep: live(context, record) } : {};
  const before = inspection === undefined ? {} : { beforeStep: inspection.beforeStep };
  const result = await runner.replay(scenario, record, { ...options, ...onStep, ...before });
  progress.clear();
  if (signal.aborted && result.of < times) {
    throw new Interrupted(
      `stopped after ${result.of} of ${count(times, 'run')}, ${result.same} of them as recorded`,
    );
  }
  out.write(`${renderReplay(record, result, out, flags.step === true).join('\n')}\n`);
  return result.same === result.of ? EXIT.asExpected : EXIT.notAsExpected;
}

/** Runs today's code in the recorded order, as far as that goes. @returns the exit code */
async function follow(
  { context, runner, environment, progress, flags }: Replaying,
  scenario: Scenario,
  record: RecordedRun,
): Promise<number> {
  const { signal, out } = context;
  const result = await runner.replayGuided(scenario, record, {
    session: environment,
    times: flags.times,
    signal,
  });
  progress.clear();
  if (signal.aborted) throw new Interrupted('stopped before it was run again');
  out.write(`${renderGuided(record, result, out).join('\n')}\n`);
  const { verdict, departures, reproduced } = result;
  if (reproduced.times < reproduced.of) return EXIT.unknown;
  if (verdict === undefined && departures.length > 0) return EXIT.unknown;
  const same = verdict?.kind === record.verdict?.kind && verdict?.invariant === record.verdict?.invariant;
  return same ? EXIT.asExpected : EXIT.notAsExpected;
}

async function readRun(file: string, cell: string | undefined): Promise<RecordedRun> {
  const chosen = await choose(file, cell);
  if (chosen.kind === 'maps')
    throw new UsageError(
      `${file} holds fault maps: say which cell, --cell ${CELL} (show ${file} shows them)`,
    );
  return chosen.kind === 'record' ? chosen.record : chosen.run;
}

/** Shows every step as it is performed, and waits for Enter where somebody can press it. */
function live(context: CliContext, record: RecordedRun): ReplayOptions['onStep'] & {} {
  const { out, err, waitForEnter, signal } = context;
  const lanes = new GrowingLanes(record, out);
  out.write(`${replayTitle(record, 'replayed step by step', out).join('\n')}\n`);
  if (waitForEnter !== undefined) err.write(`${INDENT}Enter performs the next step\n\n`);
  out.write(`${lanes.heading().join('\n')}\n`);
  return async (steps) => {
    out.write(`${lanes.last(steps).join('\n')}\n`);
    await waitForEnter?.();
    if (signal.aborted) throw new Interrupted(`stopped after step ${steps.length}`);
  };
}
