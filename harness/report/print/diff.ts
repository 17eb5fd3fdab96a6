import { harmless, wrap } from '../../base/text.js';
import type { RaceRecord } from '../../record/format.js';
import type { StepRow } from '../lanes/rows.js';
import { replyText, stepText, workerName } from '../text/command-text.js';
import { COLUMNS_MIN, INDENT, type Layout } from '../text/layout.js';
import { painterFor } from '../text/painter.js';
import { presentable } from '../text/presentable.js';
import { scenarioName, setupText } from '../text/run-text.js';
import { pairsOf, sideBySide, type Pair } from './side-by-side.js';

/** A record with the name that people know it by. @internal */
export interface Named {
  readonly name: string;
  readonly record: RaceRecord;
}

/**
 * Two records side by side: in one sentence where they first differ, then a row per step with one side each.
 * What counts is what must be the same in every run of a tape: steps, replies, times, faults and the verdict.
 * Ends without a line break.
 *
 * @internal
 */
export function renderDiff(
  one: Named,
  other: Named,
  { columns, colour, all = false }: Layout,
): { readonly text: string; readonly same: boolean } {
  const painter = painterFor({ colour });
  const layout = { columns: Math.max(COLUMNS_MIN, columns), colour, all };
  const [a, b] = [presentable(one), presentable(other)];
  const rows = pairsOf(a.record, b.record);
  const first = rows.find(({ same }) => !same);
  const verdicts = [verdictText(a.record), verdictText(b.record)] as const;
  const same = first === undefined && verdicts[0] === verdicts[1];
  const wide = layout.columns - INDENT.length;
  const field = (name: string, text: string): string[] =>
    wrap(text, wide - 4).map((line, at) => INDENT + painter.dim((at === 0 ? name : '').padEnd(4)) + line);
  const head = wrap(headline(rows.length, first, same), wide);
  const paint = same ? painter.bold.green : painter.bold.red;
  const setups = [setupText(a.record), setupText(b.record)] as const;
  return {
    same,
    text: [
      ...head.map((line, at) => (at === 0 ? '' : INDENT) + paint(line)),
      '',
      ...field('A', `${harmless(a.name)}: ${harmless(scenarioName(a.record))}, ${verdicts[0]}`),
      ...field('B', `${harmless(b.name)}: ${harmless(scenarioName(b.record))}, ${verdicts[1]}`),
      ...(same && !all ? [] : ['', ...sideBySide(a.record, b.record, layout)]),
      ...(setups[0] === setups[1]
        ? []
        : [
            '',
            `${INDENT}they were not made with the same:`,
            ...field('A', setups[0]),
            ...field('B', setups[1]),
          ]),
    ].join('\n'),
  };
}

function headline(steps: number, first: Pair | undefined, same: boolean): string {
  if (same)
    return `✓ The same: ${steps === 1 ? 'one step' : `all ${steps} steps`}, every reply and the verdict.`;
  if (first === undefined) return '✗ The steps are the same, the verdicts are not.';
  const { n, left, right } = first;
  const equal = n === 2 ? 'Step 1 is' : `The first ${n - 1} steps are`;
  if (left === undefined) return `✗ ${equal} the same; then A ends, and B goes on.`;
  if (right === undefined) return `✗ ${equal} the same; then B ends, and A goes on.`;
  return `✗ First difference at step ${n}: ${differenceText(left, right)}.`;
}

/** What is not the same about two steps, the most telling first. */
function differenceText(a: StepRow, b: StepRow): string {
  if (a.worker !== b.worker)
    return `in A it is ${workerName(a.worker)}'s turn, in B ${workerName(b.worker)}'s`;
  const [one, two] = [stepText(a.step), stepText(b.step)];
  if (one !== two) return `${workerName(a.worker)} does not do the same`;
  if (a.step.fault !== b.step.fault)
    return `a fault in ${a.step.fault === undefined ? 'B' : 'A'} only, or another one`;
  if (replyText(a.step.reply) !== replyText(b.step.reply)) return 'the replies';
  return a.step.atMs === b.step.atMs ? 'which call it belongs to' : 'the time';
}

function verdictText({ verdict }: RaceRecord): string {
  return `${verdict.kind} "${harmless(verdict.invariant)}" (observed ${harmless(verdict.observed)})`;
}
