import { count, fit, pad, widthOf } from '../../base/text.js';
import { sameStep } from '../../record/compare.js';
import type { RecordedRun } from '../../record/format.js';
import { rowsOf, type StepRow } from '../lanes/rows.js';
import { stepWords, workerName } from '../text/command-text.js';
import { INDENT, type Layout } from '../text/layout.js';
import { painterFor, type Painter } from '../text/painter.js';
import { fitWords } from '../text/widths.js';

/** Equal steps that are shown on either side of a difference; between them they are folded. */
const CONTEXT_STEPS = 2;
const GAP = 2;
const WIDTH_MIN = 20;
/** More is not shown. */
const LINES_MAX = 2000;
const DIFFERENT = '≠';

/** One step of either execution. @internal */
export interface Pair {
  readonly n: number;
  readonly left: StepRow | undefined;
  readonly right: StepRow | undefined;
  readonly same: boolean;
}

/** The steps of two executions, number by number, as long as either goes on. @internal */
export function pairsOf(a: RecordedRun, b: RecordedRun): Pair[] {
  const [left, right] = [rowsOf(a).rows, rowsOf(b).rows];
  return Array.from({ length: Math.max(left.length, right.length) }, (_, at) => ({
    n: at + 1,
    left: left[at],
    right: right[at],
    same: sameStep(left[at]?.step, right[at]?.step),
  }));
}

/** The steps of two executions side by side, around where they differ. @internal */
export function sideBySide(
  a: RecordedRun,
  b: RecordedRun,
  layout: Layout,
  titles: readonly [string, string] = ['A', 'B'],
): string[] {
  return new SideBySide(pairsOf(a, b), titles, layout).lines();
}

/** The table: number, then the step in A and in B; `≠` in front of what is not the same. */
class SideBySide {
  readonly #painter: Painter;
  readonly #number: number;
  readonly #cell: number;

  constructor(
    readonly rows: readonly Pair[],
    readonly titles: readonly [string, string],
    readonly layout: Layout,
  ) {
    this.#painter = painterFor(layout);
    this.#number = String(rows.length).length + 2;
    const room = layout.columns - INDENT.length - this.#number - 2 * GAP;
    const widest = rows
      .flatMap(({ left, right }) => [left, right])
      .flatMap((row) => [wordsOf(row).join(' '), ...faultsOf(row)])
      .reduce((most, text) => Math.max(most, widthOf(text)), WIDTH_MIN);
    this.#cell = Math.min(widest, Math.floor(room / 2));
  }

  /** Its lines, the heading first. */
  lines(): string[] {
    const lines = [this.#painter.dim(this.#line('#', ...this.titles))];
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
    if (lines.length <= LINES_MAX) return lines;
    const more = `${INDENT}… ${count(lines.length - LINES_MAX, 'more line')}`;
    return [...lines.slice(0, LINES_MAX), this.#painter.dim(more)];
  }

  #shown(at: number): boolean {
    if (this.layout.all === true) return true;
    const near = this.rows.slice(Math.max(0, at - CONTEXT_STEPS), at + CONTEXT_STEPS + 1);
    return near.some(({ same }) => !same);
  }

  #skipped(rows: readonly Pair[]): string {
    const text = `… ${rows.length} equal steps (${rows[0]!.n} to ${rows.at(-1)!.n})`;
    return INDENT + ' '.repeat(this.#number + GAP) + this.#painter.dim(text);
  }

  #row({ n, left, right, same }: Pair): string[] {
    const paint = same ? this.#painter.dim : this.#painter.bold;
    const number = same ? String(n) : `${DIFFERENT} ${n}`;
    const lines = [paint(this.#line(number, this.#step(left), this.#step(right)))];
    const [before, after] = [faultsOf(left), faultsOf(right)];
    for (let at = 0; at < Math.max(before.length, after.length); at++)
      lines.push(this.#painter.red(this.#line('', before[at] ?? '', after[at] ?? '')));
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
