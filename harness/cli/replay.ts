import { Chalk } from 'chalk';
import type { ReplayOptions, ReplayResult } from '../explore/replay.js';
import type { Lab } from '../lab.js';
import { diagnose } from '../record/diagnosis.js';
import { scenarioName } from '../record/failure.js';
import type { RecordedRun } from '../record/format.js';
import { sideBySide } from '../record/diff.js';
import { GrowingLanes, laneTable } from '../record/lanes.js';
import { fileList, rowsOf } from '../record/rows.js';
import { describeVerdict } from '../record/results.js';
import { count, harmless, wrap } from '../record/text.js';
import type { Scenario } from '../scenario.js';
import { choose, CELL } from './cell.js';
import type { CliContext } from './context.js';
import { EXIT, Interrupted, UsageError } from './errors.js';
import { Progress } from './progress.js';
import { withServer, type ServerFlags } from './server.js';

const INDENT = '  ';

/** Options of `race-lab replay`. */
export interface ReplayFlags extends ServerFlags {
  readonly times: number;
  /** Show each step as it is performed, and wait for Enter where there is a terminal. */
  readonly step?: boolean;
  /** The cell of a file of fault maps. */
  readonly cell?: string;
}

/** Runs a record again and says whether it came out the same. @returns the exit code */
export async function replay(context: CliContext, file: string, flags: ReplayFlags): Promise<number> {
  const record = await readRun(file, flags.cell);
  const scenario = scenarioOf(await context.loadLabs(), record, file);
  const engine = await context.loadEngine();
  const progress = new Progress(context.err);
  const result = await withServer(context, engine, flags, progress, ({ environment }) => {
    progress.say(`replaying ${scenarioName(record)}`);
    const { times } = flags;
    const { signal } = context;
    if (flags.step !== true) return engine.replay(scenario, record, { environment, times, signal });
    progress.clear();
    const onStep = live(context, record);
    return engine.replay(scenario, record, { environment, times, signal, onStep });
  });
  if (context.signal.aborted && result.of < flags.times) {
    throw new Interrupted(
      `stopped after ${result.of} of ${count(flags.times, 'run')}, ${result.same} of them as recorded`,
    );
  }
  print(context, record, result, flags.step === true);
  return result.same === result.of ? EXIT.asExpected : EXIT.notAsExpected;
}

async function readRun(file: string, cell: string | undefined): Promise<RecordedRun> {
  const chosen = await choose(file, cell);
  if (chosen.kind === 'maps')
    throw new UsageError(
      `${file} holds fault maps: say which cell, --cell ${CELL} (show ${file} shows them)`,
    );
  return chosen.kind === 'record' ? chosen.record : chosen.run;
}

function scenarioOf(labs: readonly Lab[], record: RecordedRun, file: string): Scenario {
  if (record.lab === undefined || record.variant === undefined) {
    throw new UsageError(
      `${file} is of the scenario "${record.scenario}", which is in no lab: replay it where it was written`,
    );
  }
  const lab = labs.find(({ id }) => id === record.lab);
  const variant = lab?.variants.find(({ name }) => name === record.variant);
  if (variant === undefined) {
    throw new UsageError(
      `${file} is of ${scenarioName(record)}, which does not exist (any more): list shows what does`,
    );
  }
  return variant.scenario;
}

/** Shows every step as it is performed, and waits for Enter where somebody can press it. */
function live(context: CliContext, record: RecordedRun): ReplayOptions['onStep'] & {} {
  const { out, err, waitForEnter, signal } = context;
  const { columns, colour } = out;
  const lanes = new GrowingLanes(record, { columns, colour });
  title(context, record, 'replayed step by step');
  if (waitForEnter !== undefined) err.write(`${INDENT}Enter performs the next step\n\n`);
  out.write(`${lanes.heading().join('\n')}\n`);
  return async (steps) => {
    out.write(`${lanes.last(steps).join('\n')}\n`);
    await waitForEnter?.();
    if (signal.aborted) throw new Interrupted(`stopped after step ${steps.length}`);
  };
}

function title({ out }: CliContext, record: RecordedRun, more: string): void {
  const style = new Chalk({ level: out.colour ? 1 : 0 });
  const { verdict } = record;
  const what = verdict === undefined ? 'with nothing wrong' : `as ${describeVerdict(verdict)}`;
  const text = `${scenarioName(record)}: recorded ${what}, ${more}`;
  for (const part of wrap(text, out.columns)) out.write(`${style.bold(part)}\n`);
  out.write('\n');
}

/** Shows what happened this time, and how it compares with the record. @param shown - the steps are there already */
function print(context: CliContext, record: RecordedRun, result: ReplayResult, shown: boolean): void {
  const { out } = context;
  const { columns, colour } = out;
  const style = new Chalk({ level: colour ? 1 : 0 });
  const line = (text: string, paint = (plain: string) => plain, indent = ''): void => {
    for (const part of wrap(text, columns - indent.length)) out.write(`${indent}${paint(part)}\n`);
  };
  const { verdict } = result;
  const asRecorded = result.same === result.of;
  // What was found out about the recorded steps says nothing about others.
  const explanation = asRecorded ? record.explanation : undefined;
  const happened = { ...record, explanation, steps: [...result.steps], verdict };
  if (!shown) {
    title(context, record, `replayed ${count(result.of, 'time')}`);
    out.write(`${laneTable(happened, { columns, colour }).join('\n')}\n`);
  }
  out.write('\n');
  for (const file of fileList(rowsOf(happened))) line(file, style.dim, INDENT);
  out.write('\n');
  if (verdict === undefined) {
    line('Nothing was wrong at the end.', style.green);
  } else {
    line(`✗ ${diagnose({ ...happened, verdict }).sentence}`, style.red);
    line(`expected ${harmless(verdict.expected)}, observed ${harmless(verdict.observed)}`, undefined, INDENT);
  }
  out.write('\n');
  const share = `${result.same}/${result.of}`;
  if (asRecorded) {
    line(`✓ as recorded ${share}: every step, every reply and the verdict`, style.green);
    return;
  }
  line(`✗ as recorded only ${share}: the code, the client or the server is not what it was`, style.red);
  const { step, first, second } = result.firstDifference!;
  const { differentSteps } = result;
  const sameSteps = differentSteps?.length === record.steps.length && step > differentSteps.length;
  const where = sameSteps ? 'every step and reply is the same, what came of them is not' : `step ${step}`;
  line(`first difference: ${where}`, undefined, INDENT);
  line(`recorded  ${harmless(first)}`, undefined, INDENT);
  line(`replayed  ${harmless(second)}`, undefined, INDENT);
  if (differentSteps === undefined || sameSteps) return;
  const different = { ...record, steps: [...differentSteps] };
  out.write('\n');
  for (const row of sideBySide(record, different, { columns, colour }, ['recorded', 'replayed']))
    out.write(`${row}\n`);
}
