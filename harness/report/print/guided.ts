import { count, harmless, wrap } from '../../base/text.js';
import type { GuidedResult } from '../../explore/guided/guided.js';
import type { RecordedRun } from '../../record/format.js';
import { laneTable } from '../lanes/lanes.js';
import { stepText, workerName } from '../text/command-text.js';
import { INDENT, type View } from '../text/layout.js';
import { painterFor } from '../text/painter.js';
import { presentable } from '../text/presentable.js';
import { foundLines, replayTitle } from './replayed.js';

/** Places where the order was left that are said. */
const SHOWN_MAX = 8;

/** What came of following a recorded order on today's code. @returns its lines @internal */
export function renderGuided(recorded: RecordedRun, guided: GuidedResult, view: View): string[] {
  const [record, result] = [presentable(recorded), presentable(guided)];
  const { verdict, followed, of, departures, reproduced } = result;
  // What was found out about the recorded steps says nothing about others.
  const happened = { ...record, explanation: undefined, steps: [...result.steps], verdict };
  const painter = painterFor(view);
  const indented = (text: string): string[] =>
    wrap(text, view.columns - INDENT.length).map((line) => INDENT + line);
  const shown = departures.slice(0, SHOWN_MAX).flatMap((one) => indented(departureText(one, result)));
  const more = departures.length - SHOWN_MAX;
  const left =
    departures.length === 0
      ? [painter.green(`✓ followed to the end: ${count(of, 'recorded step')}`)]
      : [
          painter.yellow(
            `≠ left the recorded order at step ${departures[0]!.step}; ${followed} of ${count(of, 'recorded step')} came`,
          ),
          ...shown,
          ...(more > 0 ? indented(`… and ${count(more, 'more place')}`) : []),
        ];
  const again = `Run again, it came out the same ${reproduced.times}/${reproduced.of}.`;
  return [
    ...replayTitle(record, "its order followed on today's code", view),
    ...laneTable(happened, view),
    '',
    ...foundLines(happened, view),
    '',
    ...left,
    '',
    ...wrap(`New evidence about today's code, not the recorded finding. ${again}`, view.columns),
    ...(verdict === undefined && departures.length > 0
      ? wrap('It proves nothing about other orders: run explores them.', view.columns)
      : []),
  ];
}

function departureText(
  { step, how, recorded }: GuidedResult['departures'][number],
  { steps }: GuidedResult,
): string {
  const today = steps[step - 1];
  const now = today === undefined ? 'the end' : `${workerName(today.worker)} ${harmless(stepText(today))}`;
  const then =
    recorded === undefined
      ? ''
      : `${workerName(recorded.worker)} ${harmless(stepText(recorded))} (recorded as step ${recorded.n}${recorded.fault === undefined ? '' : `, with ${recorded.fault}`})`;
  switch (how) {
    case 'new':
      return `step ${step}: ${now} is new`;
    case 'gone':
      return `${today === undefined ? 'at the end' : `before step ${step}`}: ${then} does not come any more`;
    case 'other':
      return `step ${step}: ${now} came for ${then}`;
    case 'late':
      return `step ${step}: ${now} came, since ${then} could not yet`;
    case 'calm':
      return `step ${step}: ${now} came, since nothing of the record could`;
  }
}
