import { count, harmless } from '../../base/text.js';
import type { ReplayOptions } from '../../explore/replay.js';
import type { RecordedRun } from '../../record/format.js';
import { GrowingLanes } from '../../report/lanes/growing-lanes.js';
import { renderReplay, replayTitle } from '../../report/print/replayed.js';
import { INDENT } from '../../report/text/layout.js';
import { scenarioName } from '../../report/text/run-text.js';
import type { CliContext } from '../context/context.js';
import { EXIT, Interrupted, UsageError } from '../context/errors.js';
import { withServer } from '../context/session.js';
import type { ServerFlags } from '../context/server-flags.js';
import { ProgressLine } from '../../report/terminal/progress-line.js';
import { serverConfig } from '../selection/with-config.js';
import { CELL, choose } from './cell.js';
import { recordedScenario } from './recorded-scenario.js';

/** Options of `race-lab replay`. @internal */
export interface ReplayFlags extends ServerFlags {
  readonly times: number;
  /** Show each step as it is performed, and wait for Enter where there is a terminal. */
  readonly step?: boolean;
  /** The cell of a file of fault maps. */
  readonly cell?: string;
  /** The race file that the scenario is in. */
  readonly file?: string;
}

/** Runs a record again and says whether it came out the same. @returns the exit code @internal */
export async function replay(context: CliContext, file: string, given: ReplayFlags): Promise<number> {
  const record = await readRun(file, given.cell);
  const { scenario, changed, config } = await recordedScenario(context, record, file, given.file);
  const flags = { ...serverConfig(config), ...given };
  const runner = await context.loadRunner();
  const progress = new ProgressLine(context.err);
  const result = await withServer(context, runner, flags, progress, ({ environment }) => {
    progress.say(`replaying ${scenarioName(record)}`);
    const { times } = flags;
    const { signal } = context;
    if (flags.step !== true) return runner.replay(scenario, record, { session: environment, times, signal });
    progress.clear();
    const onStep = live(context, record);
    return runner.replay(scenario, record, { session: environment, times, signal, onStep });
  });
  if (context.signal.aborted && result.of < flags.times) {
    throw new Interrupted(
      `stopped after ${result.of} of ${count(flags.times, 'run')}, ${result.same} of them as recorded`,
    );
  }
  const lines = renderReplay(record, result, context.out, flags.step === true);
  context.out.write(`${lines.join('\n')}\n`);
  if (changed !== undefined) context.out.write(`${harmless(changed)}\n`);
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
