/** What happened in a recorded execution, as words: for a terminal, and for the page. */
import { harmless } from '../../base/text.js';
import type { RecordStep } from '../../record/format.js';
import type { RecordedCommand, RecordedHistory, RecordedOperation } from '../../record/history/format.js';
import { replyText, stepWords, workerName } from '../text/command-text.js';

/** The names of the columns. @internal */
export const CLIENTS = 'what the clients saw';
/** @internal */
export const WIRE = 'what the wire knows';
/** More is not shown. */
const ROWS_MAX = 2000;

/** One event: words in one of the columns, and what is to be said of it below. @internal */
export interface HistoryRow {
  readonly at: number;
  /** Number of the step at which it happened; undefined where it is none of its own. */
  readonly step: number | undefined;
  readonly ms: number | undefined;
  readonly side: 'clients' | 'wire';
  readonly words: readonly string[];
  /** Of these words one is kept when room is short. */
  readonly tail: string;
  readonly asides: readonly string[];
}

/** The events in their common order. @returns also how many more there are @internal */
export function historyRows(history: RecordedHistory): {
  readonly rows: HistoryRow[];
  readonly left: number;
} {
  const rows = [...operationRows(history), ...commandRows(history), ...faultRows(history)].sort(
    (a, b) => a.at - b.at,
  );
  const unkept = (history.left?.operations ?? 0) + (history.left?.commands ?? 0);
  return { rows: rows.slice(0, ROWS_MAX), left: Math.max(0, rows.length - ROWS_MAX) + unkept };
}

function operationRows({ operations }: RecordedHistory): HistoryRow[] {
  return operations.flatMap((one) => {
    const { worker, name, input, start, startMs, end = Infinity, endMs, error } = one;
    const given = input === undefined ? [] : [valueText(input)];
    const words = [workerName(worker), harmless(name), ...given];
    const rest = { step: undefined, side: 'clients', words } as const;
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

function commandRows({ commands }: RecordedHistory): HistoryRow[] {
  const times = new Map<string, number>();
  const ran = new Map<string, number>();
  for (const one of commands) if (one.applied) ran.set(one.call, (ran.get(one.call) ?? 0) + 1);
  return commands.map((one) => {
    const nth = (times.get(one.call) ?? 0) + (one.applied ? 1 : 0);
    times.set(one.call, nth);
    return {
      at: one.at,
      step: one.step,
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

function faultRows({ faults }: RecordedHistory): HistoryRow[] {
  return faults.flatMap(({ kind, start, end }) => {
    const row = {
      step: undefined,
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

/** An event in one line. @internal */
export function rowText({ words, tail }: Pick<HistoryRow, 'words' | 'tail'>): string {
  return [...words, tail].join(' ');
}

/** When it happened; empty where nobody knows. @internal */
export function timeText({ ms }: Pick<HistoryRow, 'ms'>): string {
  return ms === undefined ? '' : `${ms} ms`;
}

/** How the workers ended. @internal */
export function endsText({ ends, operations }: RecordedHistory): string {
  const how = ends.map(({ worker, how, error }) =>
    error === undefined
      ? `${workerName(worker)} ${harmless(how)}`
      : `${workerName(worker)} ${harmless(how)} with ${harmless(error)}`,
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
