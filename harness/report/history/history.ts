import { count, fit, harmless, pad, widthOf, wrap } from '../../base/text.js';
import type { RaceRecord, RecordStep } from '../../record/format.js';
import type { RecordedCommand, RecordedHistory, RecordedOperation } from '../../record/history/format.js';
import { replyText, stepWords, workerName } from '../text/command-text.js';
import { COLUMNS_MIN, INDENT, type Layout } from '../text/layout.js';
import { painterFor, type Painter } from '../text/painter.js';
import { scenarioName } from '../text/run-text.js';
import { fitWords } from '../text/widths.js';

const CLIENTS = 'what the clients saw';
const WIRE = 'what the wire knows';
const BETWEEN = ' │ ';
const GAP = '  ';
/** In front of what is said of an event, below it. */
const ASIDE = '  · ';
/** More is not shown. */
const ROWS_MAX = 2000;

/** One event: words in one of the columns, and what is to be said of it below. */
interface Row {
  readonly at: number;
  readonly step: string;
  readonly ms: number | undefined;
  readonly side: 'clients' | 'wire';
  readonly words: readonly string[];
  /** Of these words one is kept when room is short. */
  readonly tail: string;
  readonly asides: readonly string[];
}

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
  const rows = [...operationRows(history), ...commandRows(history), ...faultRows(history)].sort(
    (a, b) => a.at - b.at,
  );
  const table = new HistoryTable(rows.slice(0, ROWS_MAX), width, painter);
  const left = rows.length - ROWS_MAX + (history.left?.operations ?? 0) + (history.left?.commands ?? 0);
  return [
    ...wrap(head, width - INDENT.length).map((line, at) => (at === 0 ? '' : INDENT) + painter.bold(line)),
    '',
    ...table.lines(),
    ...(rows.length > ROWS_MAX || history.left !== undefined
      ? [`${INDENT}… ${count(Math.max(left, 0), 'more event')}`]
      : []),
    '',
    ...wrap(endsText(history), width - INDENT.length).map((line) => INDENT + line),
  ].join('\n');
}

function operationRows({ operations }: RecordedHistory): Row[] {
  return operations.flatMap((one) => {
    const { worker, name, input, start, startMs, end = Infinity, endMs, error } = one;
    const given = input === undefined ? [] : [valueText(input)];
    const words = [workerName(worker), harmless(name), ...given];
    const rest = { step: '', side: 'clients', words } as const;
    const asides = error === undefined ? [] : [harmless(error)];
    return [
      { at: start, ms: startMs, tail: 'begins', asides: [], ...rest },
      { at: end, ms: endMs, tail: outcomeText(one), asides, ...rest },
    ];
  });
}

function outcomeText({ outcome, output }: RecordedOperation): string {
  if (outcome === 'ok') return output === undefined ? '→ done' : `→ ${valueText(output)}`;
  return { failed: '✗ no effect', unknown: '? unknown', pending: '… never ends' }[outcome];
}

function commandRows({ commands }: RecordedHistory): Row[] {
  const times = new Map<string, number>();
  const ran = new Map<string, number>();
  for (const one of commands) if (one.applied) ran.set(one.call, (ran.get(one.call) ?? 0) + 1);
  return commands.map((one) => {
    const nth = (times.get(one.call) ?? 0) + (one.applied ? 1 : 0);
    times.set(one.call, nth);
    return {
      at: one.at,
      step: String(one.step),
      ms: one.atMs,
      side: 'wire' as const,
      words: [workerName(one.worker), ...stepWords({ kind: 'command', command: one.command } as RecordStep)],
      tail: one.reply === undefined ? '' : `→ ${replyText(one.reply)}`,
      asides: effectText(one, nth, ran.get(one.call) ?? 0),
    };
  });
}

/** What is not as usual: it ran, once, and its client got the reply. */
function effectText({ applied, answered, effect }: RecordedCommand, nth: number, of: number): string[] {
  if (!applied) return ['never run'];
  const again = effect === 'repeated' ? [`run ${nth} of ${of} of this call`] : [];
  return answered ? again : [...again, 'its client got no reply'];
}

function faultRows({ faults }: RecordedHistory): Row[] {
  return faults.flatMap(({ kind, start, end }) => {
    const row = {
      step: '',
      ms: undefined,
      side: 'wire',
      words: ['fault', harmless(kind)],
      asides: [],
    } as const;
    if (end === start) return [{ ...row, at: start, tail: '' }];
    return [
      { ...row, at: start, tail: 'begins' },
      ...(end === undefined ? [] : [{ ...row, at: end, tail: 'is over' }]),
    ];
  });
}

function endsText({ ends, operations }: RecordedHistory): string {
  const how = ends.map(({ worker, how, error }) =>
    error === undefined
      ? `${workerName(worker)} ${how}`
      : `${workerName(worker)} ${how} with ${harmless(error)}`,
  );
  const none = operations.length === 0 ? ['no worker records operations: operation() does'] : [];
  return [...how, ...none].join('; ');
}

/** An input or an output: JSON, or the text that stands for what JSON cannot say. */
function valueText(value: unknown): string {
  const { text, ...rest } = Object(value) as { text?: unknown };
  const isAlone = typeof text === 'string' && Object.keys(rest).length === 0;
  return harmless(isAlone ? text : JSON.stringify(value));
}

/** Puts rows into columns: step, time where any passes, clients, wire. */
class HistoryTable {
  readonly #step: number;
  readonly #time: number;
  readonly #cell: number;

  constructor(
    readonly rows: readonly Row[],
    width: number,
    readonly painter: Painter,
  ) {
    const widest = (texts: readonly string[]): number =>
      texts.reduce((most, text) => Math.max(most, widthOf(text)), 0);
    this.#step = Math.max(1, widest(rows.map(({ step }) => step)));
    this.#time = rows.some(({ ms = 0 }) => ms > 0) ? Math.max(4, widest(rows.map(timeText))) : 0;
    const before = this.#step + GAP.length + (this.#time === 0 ? 0 : this.#time + GAP.length);
    const room = width - INDENT.length - before - BETWEEN.length;
    const wanted = widest([
      CLIENTS,
      WIRE,
      ...rows.flatMap((row) => [textOf(row), ...row.asides.map((aside) => ASIDE + aside)]),
    ]);
    this.#cell = Math.min(wanted, Math.floor(room / 2));
  }

  /** Its lines, the heading first. */
  lines(): string[] {
    const heading = this.#line('#', 'time', CLIENTS, WIRE);
    return [this.painter.dim(heading), ...this.rows.flatMap((row) => this.#row(row))];
  }

  #row(row: Row): string[] {
    const room = this.#cell - ASIDE.length;
    const asides = row.asides.flatMap((aside) =>
      wrap(aside, room).map((line, at) => (at === 0 ? ASIDE : ' '.repeat(ASIDE.length)) + line),
    );
    const cells = [this.#cellOf(row), ...asides];
    return cells.map((cell, at) => {
      const [step, time] = at === 0 ? [row.step, timeText(row)] : ['', ''];
      return row.side === 'clients' ? this.#line(step, time, cell, '') : this.#line(step, time, '', cell);
    });
  }

  /** How it ended keeps its place when room is short. */
  #cellOf({ words, tail }: Row): string {
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

function textOf({ words, tail }: Row): string {
  return [...words, tail].join(' ');
}

function timeText({ ms }: Pick<Row, 'ms'>): string {
  return ms === undefined ? '' : `${ms} ms`;
}
