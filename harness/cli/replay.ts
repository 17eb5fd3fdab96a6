import { Chalk } from 'chalk';
import type { ReplayResult } from '../explore/replay.js';
import type { Lab } from '../lab.js';
import { diagnose } from '../record/diagnosis.js';
import { scenarioName } from '../record/failure.js';
import type { RaceRecord } from '../record/format.js';
import { laneBlocks } from '../record/lanes.js';
import { fileList, rowsOf } from '../record/rows.js';
import { readRecord } from '../record/read.js';
import { describeVerdict } from '../record/results.js';
import { count, harmless, wrap } from '../record/text.js';
import type { Scenario } from '../scenario.js';
import type { CliContext } from './context.js';
import { EXIT, Interrupted, UsageError } from './errors.js';
import { Progress } from './progress.js';
import { withServer, type ServerFlags } from './server.js';

const INDENT = '  ';

/** Options of `race-lab replay`. */
export interface ReplayFlags extends ServerFlags {
  readonly times: number;
  /** Wait for Enter between steps. */
  readonly step?: boolean;
}

/** Runs a record again and says whether it came out the same. @returns the exit code */
export async function replay(context: CliContext, file: string, flags: ReplayFlags): Promise<number> {
  if (flags.step === true && context.waitForEnter === undefined) {
    throw new UsageError('--step waits for the Enter key, so it needs a terminal');
  }
  const record = await readRecord(file);
  const scenario = scenarioOf(await context.loadLabs(), record, file);
  const engine = await context.loadEngine();
  const progress = new Progress(context.err);
  const result = await withServer(context, engine, flags, progress, ({ environment }) => {
    progress.say(`replaying ${scenarioName(record)}`);
    return engine.replay(scenario, record, { environment, times: flags.times, signal: context.signal });
  });
  if (context.signal.aborted && result.of < flags.times) {
    throw new Interrupted(
      `stopped after ${result.of} of ${count(flags.times, 'run')}, ${result.same} of them as recorded`,
    );
  }
  await print(context, record, result, flags.step === true);
  return result.same === result.of ? EXIT.asExpected : EXIT.notAsExpected;
}

function scenarioOf(labs: readonly Lab[], record: RaceRecord, file: string): Scenario {
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

/** Shows what happened this time, and how it compares with the record. */
async function print(
  context: CliContext,
  record: RaceRecord,
  result: ReplayResult,
  pausing: boolean,
): Promise<void> {
  const { out, waitForEnter, signal } = context;
  const { columns, colour } = out;
  const style = new Chalk({ level: colour ? 1 : 0 });
  const line = (text: string, paint = (plain: string) => plain, indent = ''): void => {
    for (const part of wrap(text, columns - indent.length)) out.write(`${indent}${paint(part)}\n`);
  };
  const happened: RaceRecord = {
    ...record,
    steps: [...result.steps],
    verdict: result.verdict ?? record.verdict,
  };
  line(
    `${scenarioName(record)}: recorded as ${describeVerdict(record.verdict)}, replayed ${count(result.of, 'time')}`,
    style.bold,
  );
  out.write('\n');
  const [heading = [], ...steps] = laneBlocks(happened, { columns, colour });
  out.write(`${heading.join('\n')}\n`);
  for (const block of steps) {
    if (pausing) await waitForEnter!();
    if (signal.aborted) throw new Interrupted('stopped');
    out.write(`${block.join('\n')}\n`);
  }
  out.write('\n');
  for (const file of fileList(rowsOf(happened))) line(file, style.dim, INDENT);
  out.write('\n');
  if (result.verdict === undefined) {
    line('Nothing was wrong at the end.', style.green);
  } else {
    line(`✗ ${diagnose(happened).sentence}`, style.red);
    line(
      `expected ${harmless(result.verdict.expected)}, observed ${harmless(result.verdict.observed)}`,
      undefined,
      INDENT,
    );
  }
  out.write('\n');
  const share = `${result.same}/${result.of}`;
  if (result.same === result.of) {
    line(`✓ as recorded ${share}: every step, every reply and the verdict`, style.green);
    return;
  }
  line(`✗ as recorded only ${share}: the code, the client or the server is not what it was`, style.red);
  const { step, first, second } = result.firstDifference!;
  line(`first difference at step ${step}`, undefined, INDENT);
  line(`recorded  ${harmless(first)}`, undefined, INDENT);
  line(`replayed  ${harmless(second)}`, undefined, INDENT);
}
