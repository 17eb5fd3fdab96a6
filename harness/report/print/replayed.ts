/** What a replay came to, next to what was recorded. */
import { count, harmless, wrap } from '../../base/text.js';
import type { ReplayResult } from '../../explore/replay.js';
import type { RecordedRun } from '../../record/format.js';
import { diagnose } from '../diagnosis/diagnosis.js';
import { laneTable } from '../lanes/lanes.js';
import { rowsOf } from '../lanes/rows.js';
import { fileList } from '../lanes/source-files.js';
import { INDENT, type View } from '../text/layout.js';
import { painterFor } from '../text/painter.js';
import { presentable } from '../text/presentable.js';
import { describeVerdict, scenarioName } from '../text/run-text.js';
import { sideBySide } from './side-by-side.js';

/** The heading: what was recorded, and how it is run again. @param how - `replayed step by step` @internal */
export function replayTitle(run: RecordedRun, how: string, view: View): string[] {
  const { verdict, ...record } = presentable({ ...run, steps: [] });
  const what = verdict === undefined ? 'with nothing wrong' : `as ${describeVerdict(verdict)}`;
  const text = `${scenarioName(record)}: recorded ${what}, ${how}`;
  return [...wrap(text, view.columns).map((line) => painterFor(view).bold(line)), ''];
}

/**
 * What happened this time, and how it compares with the record.
 *
 * @param shown - the heading and the steps are there already
 * @returns its lines
 * @internal
 */
export function renderReplay(
  recorded: RecordedRun,
  replayed: ReplayResult,
  view: View,
  shown = false,
): string[] {
  const [record, result] = [presentable(recorded), presentable(replayed)];
  const { verdict } = result;
  // What was found out about the recorded steps says nothing about others.
  const explanation = result.same === result.of ? record.explanation : undefined;
  const happened = { ...record, explanation, steps: [...result.steps], verdict };
  const painter = painterFor(view);
  const files = fileList(rowsOf(happened)).flatMap((file) => wrap(file, view.columns - INDENT.length));
  return [
    ...(shown
      ? []
      : [...replayTitle(record, `replayed ${count(result.of, 'time')}`, view), ...laneTable(happened, view)]),
    '',
    ...files.map((line) => INDENT + painter.dim(line)),
    '',
    ...foundLines(happened, view),
    '',
    ...comparedLines(record, result, view),
  ];
}

/** What was wrong at the end. @internal */
export function foundLines({ verdict, ...run }: RecordedRun, view: View): string[] {
  const painter = painterFor(view);
  const line = (text: string, paint: (text: string) => string): string[] =>
    wrap(text, view.columns).map((part) => paint(part));
  if (verdict === undefined) return line('Nothing was wrong at the end.', painter.green);
  const { expected, observed } = verdict;
  return [
    ...line(`✗ ${diagnose({ ...run, verdict }).sentence}`, painter.red),
    ...indented(`expected ${harmless(expected)}, observed ${harmless(observed)}`, view),
  ];
}

/** How often it was the same, and where it first was not. */
function comparedLines(record: RecordedRun, result: ReplayResult, view: View): string[] {
  const painter = painterFor(view);
  const share = `${result.same}/${result.of}`;
  if (result.same === result.of)
    return wrap(`✓ as recorded ${share}: every step, every reply and the verdict`, view.columns).map((line) =>
      painter.green(line),
    );
  const complaint = `✗ as recorded only ${share}: the code, the client or the server is not what it was`;
  const { step, first, second } = result.firstDifference!;
  const { differentSteps } = result;
  const sameSteps = differentSteps?.length === record.steps.length && step > differentSteps.length;
  const where = sameSteps ? 'every step and reply is the same, what came of them is not' : `step ${step}`;
  const lines = [
    ...wrap(complaint, view.columns).map((line) => painter.red(line)),
    ...indented(`first difference: ${where}`, view),
    ...indented(`recorded  ${harmless(first)}`, view),
    ...indented(`replayed  ${harmless(second)}`, view),
  ];
  if (differentSteps === undefined || sameSteps) return lines;
  const different = { ...record, steps: [...differentSteps] };
  return [...lines, '', ...sideBySide(record, different, view, ['recorded', 'replayed'])];
}

function indented(text: string, { columns }: View): string[] {
  return wrap(text, columns - INDENT.length).map((line) => INDENT + line);
}
