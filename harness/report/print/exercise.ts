/** What `race-lab check` prints. */
import { harmless, wrap } from '../../base/text.js';
import type { Verdict } from '../../record/verdict.js';
import { recognised, type Exercise } from '../../scenario/lesson/exercise.js';
import type { View } from '../text/layout.js';
import { painterFor } from '../text/painter.js';
import { exploredText } from './explored.js';
import { renderFailure } from './failure.js';

/** Where no invariant of the exercise broke. */
const USUAL_HINTS: Readonly<Partial<Record<Verdict['kind'], string>>> = {
  breaks:
    'The table shows the steps from top to bottom: which of them came at a moment that the code does not expect?',
  hangs: 'A worker waits for something that never comes: the last row of the table says for what.',
  incomplete:
    'Nothing went wrong, but nothing was at stake either. Is the work done, and is it done in Redis? Each worker is a machine of its own: what is kept in the memory of a process keeps no other machine waiting.',
  error: 'Code that is run twice in the same order must do the same twice; otherwise nobody can judge it.',
};

/** What was run of a learner. @internal */
export interface Attempt {
  readonly exercise: Exercise;
  /** What stands in the file. */
  readonly text: string;
}

/** A check that holds. @param title - `check 1 of 3` @internal */
export function passedLines(title: string, verdict: Verdict, view: View): string[] {
  return marked(`✓ ${title}: ${exploredText(verdict)}`, view);
}

/** A check that does not: what is wrong, in full, and what to think of. @param title - `check 1 of 3` @internal */
export function stillWrongLines(title: string, verdict: Verdict, attempt: Attempt, view: View): string[] {
  const { columns, colour } = view;
  const { kind, record, message } = verdict;
  const painter = painterFor(view);
  const isFound = record !== undefined && kind !== 'incomplete';
  const found = isFound ? ['', renderFailure(record, { columns, colour, verdict })] : [];
  const why = isFound ? `${kind} "${record.verdict.invariant}"` : `${kind}: ${message}`;
  return [
    ...marked(`✗ not yet, ${title}: ${harmless(why)}`, view),
    ...found,
    '',
    ...wrap(`hint: ${hintFor(verdict, attempt)}`, columns).map((line) => painter.bold(line)),
  ];
}

function hintFor({ kind, invariant }: Verdict, { exercise, text }: Attempt): string {
  return (
    recognised(exercise, text)?.hint ??
    exercise.hints?.[invariant ?? ''] ??
    USUAL_HINTS[kind] ??
    exercise.task
  );
}

function marked(text: string, { columns }: View): string[] {
  return wrap(text, columns - 2).map((line, at) => (at === 0 ? line : `  ${line}`));
}
