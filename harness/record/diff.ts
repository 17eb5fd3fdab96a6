import { Chalk, type ChalkInstance } from 'chalk';
import { sameStep } from '../explore/compare.js';
import { replyText, stepText, stepWords, workerName } from './command-text.js';
import { COLUMNS_MIN, scenarioName, setupText } from './failure.js';
import type { RaceRecord, RecordedRun } from './format.js';
import { fitWords, type Layout } from './lanes.js';
import { rowsOf, type StepRow } from './rows.js';
import { fit, harmless, pad, widthOf, wrap } from './text.js';

/** A record with the name that people know it by. */
export interface Named {
  readonly name: string;
  readonly record: RaceRecord;
}

/** Equal steps that are shown on either side of a difference; between them they are folded. */
const CONTEXT_STEPS = 2;
const GAP = 2;
const INDENT = '  ';
const DIFFERENT = '≠';

/**
 * Two records side by side: in one sentence where they first differ, then a row per step with one side each.
 * What counts is what must be the same in every run of a tape: steps, replies, times, faults and the verdict.
 * Ends without a line break.
 */
export function renderDiff(
  a: Named,
  b: Named,
  { columns, colour, all = false }: Layout,
): { readonly text: string; readonly same: boolean } {
  const style = new Chalk({ level: colour ? 1 : 0 });
  const layout = { columns: Math.max(COLUMNS_MIN, columns), colour, all };
  const rows = pairsOf(a.record, b.record);
  const first = rows.find(({ same }) => !same);
  const verdicts = [verdictText(a.record), verdictText(b.record)] as const;
  const same = first === undefined && verdicts[0] === verdicts[1];
  const wide = layout.columns - INDENT.length;
  const field = (name: string, text: string): string[] =>
    wrap(text, wide - 4).map((line, at) => INDENT + style.dim((at === 0 ? name : '').padEnd(4)) + line);
  const head = wrap(headline(rows.length, first, same), wide);
  const paint = same ? style.bold.green : style.bold.red;
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

/** The steps of two executions side by side, around where they differ. */
export function sideBySide(
  a: RecordedRun,
  b: RecordedRun,
  layout: Layout,
  titles: readonly [string, string] = ['A', 'B'],
): string[] {
  return new SideBySide(pairsOf(a, b), titles, layout, new Chalk({ level: layout.colour ? 1 : 0 })).lines();
}

function pairsOf(a: RecordedRun, b: RecordedRun): Pair[] {
  const [left, right] = [rowsOf(a).rows, rowsOf(b).rows];
  return Array.from({ length: Math.max(left.length, right.length) }, (_, at) => ({
    n: at + 1,
    left: left[at],
    right: right[at],
    same: sameStep(left[at]?.step, right[at]?.step),
  }));
}

/** One step of either record. */
interface Pair {
  readonly n: number;
  readonly left: StepRow | undefined;
  readonly right: StepRow | undefined;
  readonly same: boolean;
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

/** The table: number, then the step in A and in B; `≠` in front of what is not the same. */
class SideBySide {
  readonly #number: number;
  readonly #cell: number;

  constructor(
    readonly rows: readonly Pair[],
    readonly titles: readonly [string, string],
    readonly layout: Layout,
    readonly style: ChalkInstance,
  ) {
    this.#number = String(rows.length).length + 2;
    const room = layout.columns - INDENT.length - this.#number - 2 * GAP;
    const widest = Math.max(
      20,
      ...rows
        .flatMap(({ left, right }) => [left, right])
        .flatMap((row) => [wordsOf(row).join(' '), ...faultsOf(row)].map(widthOf)),
    );
    this.#cell = Math.min(widest, Math.floor(room / 2));
  }

  lines(): string[] {
    const lines = [this.style.dim(this.#line('#', ...this.titles))];
    let skipped: Pair[] = [];
    const flush = (): void => {
      if (skipped.length === 1) lines.push(...this.#row(skipped[0]!));
      else if (skipped.length > 1) lines.push(this.#skipped(skipped));
      skipped = [];
    };
    for (const [at, row] of this.rows.entries()) {
      if (!this.#shown(at)) {
        skipped.push(row);
        continue;
      }
      flush();
      lines.push(...this.#row(row));
    }
    flush();
    return lines;
  }

  #shown(at: number): boolean {
    if (this.layout.all === true) return true;
    const near = this.rows.slice(Math.max(0, at - CONTEXT_STEPS), at + CONTEXT_STEPS + 1);
    return near.some(({ same }) => !same);
  }

  #skipped(rows: readonly Pair[]): string {
    const text = `… ${rows.length} equal steps (${rows[0]!.n} to ${rows.at(-1)!.n})`;
    return INDENT + ' '.repeat(this.#number + GAP) + this.style.dim(text);
  }

  #row({ n, left, right, same }: Pair): string[] {
    const paint = same ? this.style.dim : this.style.bold;
    const number = same ? String(n) : `${DIFFERENT} ${n}`;
    const lines = [paint(this.#line(number, this.#step(left), this.#step(right)))];
    const [before, after] = [faultsOf(left), faultsOf(right)];
    for (let at = 0; at < Math.max(before.length, after.length); at++)
      lines.push(this.style.red(this.#line('', before[at] ?? '', after[at] ?? '')));
    return lines;
  }

  #step(row: StepRow | undefined): string {
    return row === undefined ? '(the end)' : fitWords(wordsOf(row), this.#cell);
  }

  #line(number: string, left: string, right: string): string {
    const cells = [left, right].map((text) => pad(fit(text, this.#cell), this.#cell));
    return (INDENT + [pad(number, this.#number, 'right'), ...cells].join(' '.repeat(GAP))).trimEnd();
  }
}

function wordsOf(row: StepRow | undefined): string[] {
  if (row === undefined) return [];
  const { worker, step, reply, time } = row;
  return [workerName(worker), ...stepWords(step), reply, time === '' ? '' : `(${time})`].filter(
    (word) => word !== '',
  );
}

function faultsOf(row: StepRow | undefined): string[] {
  return (row?.asides ?? []).flatMap(({ kind, text }) => (kind === 'fault' ? [`   ${text}`] : []));
}
