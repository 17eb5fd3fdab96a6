import { count, fit, harmless, pad, widthOf, wrap } from '../../base/text.js';
import type { RaceRecord } from '../../record/format.js';
import type { RecordedHistory } from '../../record/history/format.js';
import { COLUMNS_MIN, INDENT, type Layout } from '../text/layout.js';
import { painterFor, type Painter } from '../text/painter.js';
import { scenarioName } from '../text/run-text.js';
import { fitWords } from '../text/widths.js';
import { CLIENTS, endsText, historyRows, rowText, timeText, WIRE, type HistoryRow } from './history-rows.js';

const BETWEEN = ' │ ';
const GAP = '  ';
/** In front of what is said of an event, below it. */
const ASIDE = '  · ';
/**
 * The history of a record in two columns, an event a row in their common order: operations as the workers saw them, and
 * commands as the wire knows them. Ends without a line break.
 *
 * @internal
 */
export function renderHistory(
  record: Pick<RaceRecord, 'lab' | 'variant' | 'scenario' | 'verdict'>,
  history: RecordedHistory,
  { columns, colour }: Layout,
): string {
  const painter = painterFor({ colour });
  const width = Math.max(COLUMNS_MIN, columns);
  const { kind, invariant, observed } = record.verdict;
  const head = `${harmless(scenarioName(record))}: ${kind} "${harmless(invariant)}" (observed ${harmless(observed)})`;
  const { rows, left } = historyRows(history);
  const table = new HistoryTable(rows, width, painter);
  return [
    ...wrap(head, width - INDENT.length).map((line, at) => (at === 0 ? '' : INDENT) + painter.bold(line)),
    '',
    ...table.lines(),
    ...(left > 0 ? [`${INDENT}… ${count(left, 'more event')}`] : []),
    '',
    ...wrap(endsText(history), width - INDENT.length).map((line) => INDENT + line),
  ].join('\n');
}

/** Puts rows into columns: step, time where any passes, clients, wire. */
class HistoryTable {
  readonly #step: number;
  readonly #time: number;
  readonly #cell: number;

  constructor(
    readonly rows: readonly HistoryRow[],
    width: number,
    readonly painter: Painter,
  ) {
    const widest = (texts: readonly string[]): number =>
      texts.reduce((most, text) => Math.max(most, widthOf(text)), 0);
    this.#step = Math.max(1, widest(rows.map(stepText)));
    this.#time = rows.some(({ ms = 0 }) => ms > 0) ? Math.max(4, widest(rows.map(timeText))) : 0;
    const before = this.#step + GAP.length + (this.#time === 0 ? 0 : this.#time + GAP.length);
    const room = width - INDENT.length - before - BETWEEN.length;
    const wanted = widest([
      CLIENTS,
      WIRE,
      ...rows.flatMap((row) => [rowText(row), ...row.asides.map((aside) => ASIDE + aside)]),
    ]);
    this.#cell = Math.min(wanted, Math.floor(room / 2));
  }

  /** Its lines, the heading first. */
  lines(): string[] {
    const heading = this.#line('#', 'time', CLIENTS, WIRE);
    return [this.painter.dim(heading), ...this.rows.flatMap((row) => this.#row(row))];
  }

  #row(row: HistoryRow): string[] {
    const room = this.#cell - ASIDE.length;
    const asides = row.asides.flatMap((aside) =>
      wrap(aside, room).map((line, at) => (at === 0 ? ASIDE : ' '.repeat(ASIDE.length)) + line),
    );
    const cells = [this.#cellOf(row), ...asides];
    return cells.map((cell, at) => {
      const [step, time] = at === 0 ? [stepText(row), timeText(row)] : ['', ''];
      return row.side === 'clients' ? this.#line(step, time, cell, '') : this.#line(step, time, '', cell);
    });
  }

  /** How it ended keeps its place when room is short. */
  #cellOf({ words, tail }: HistoryRow): string {
    if (tail === '') return fitWords(words, this.#cell);
    const all = widthOf(words.join(' '));
    const end = fit(tail, Math.max(Math.floor(this.#cell / 2), this.#cell - all - 1));
    return `${fitWords(words, this.#cell - widthOf(end) - 1)} ${end}`;
  }

  #line(step: string, time: string, clients: string, wire: string): string {
    const cells = [
      pad(step, this.#step, 'right'),
      ...(this.#time === 0 ? [] : [pad(time, this.#time, 'right')]),
    ];
    return (
      INDENT + [...cells, pad(clients, this.#cell) + BETWEEN + fit(wire, this.#cell)].join(GAP)
    ).trimEnd();
  }
}

function stepText({ step }: HistoryRow): string {
  return step === undefined ? '' : String(step);
}
