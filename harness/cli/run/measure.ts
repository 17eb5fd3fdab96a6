import { count } from '../../base/text.js';
import type { MeasurementResult } from '../../report/results/measured.js';
import { renderMeasurement } from '../../report/results/measured-text.js';
import type { ProgressLine } from '../../report/terminal/progress-line.js';
import { NotMeasurable, type Measured } from '../../scenario/lesson/measurement.js';
import type { CliContext } from '../context/context.js';
import { describeError, Interrupted } from '../context/errors.js';
import type { SelectedMeasurement } from '../selection/select.js';
import type { RunFlags } from './run-context.js';

/**
 * Measures one thing after the other, when nothing else runs any more, and prints a line about each.
 *
 * @throws Interrupted when the user stopped it
 * @internal
 */
export async function measureAll(
  context: CliContext,
  flags: RunFlags,
  progress: ProgressLine,
  selected: readonly SelectedMeasurement[],
): Promise<MeasurementResult[]> {
  const results: MeasurementResult[] = [];
  for (const [at, one] of selected.entries()) {
    progress.start(`[${at + 1}/${selected.length}] measuring ${one.lab.id}/${one.measurement.name}`);
    const result = await measure(context, progress, one);
    if (context.signal.aborted)
      throw new Interrupted(
        `stopped: ${at} of ${count(selected.length, 'measurement')} done, ${flags.out} is as it was`,
      );
    progress.clear();
    results.push(result);
    const output = flags.json === true ? context.err : context.out;
    if (flags.json !== true || result.outcome === 'error')
      for (const line of renderMeasurement(result, output)) output.write(`${line}\n`);
  }
  return results;
}

async function measure(
  { signal }: CliContext,
  progress: ProgressLine,
  { lab, measurement }: SelectedMeasurement,
): Promise<MeasurementResult> {
  const startedMs = performance.now();
  const came = (outcome: MeasurementResult['outcome'], measured: Measured): MeasurementResult => ({
    lab: lab.id,
    measurement: measurement.name,
    outcome,
    measured,
    tookMs: Math.round(performance.now() - startedMs),
  });
  try {
    const measured = await measurement.measure({ signal, note: (line) => progress.note(line) });
    return came(measured.computed === true ? 'computed' : 'measured', measured);
  } catch (error) {
    if (error instanceof NotMeasurable) return came('not measured', { summary: error.message, figures: {} });
    return came('error', { summary: describeError(error), figures: {} });
  }
}
