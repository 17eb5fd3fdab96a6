/** What the clients of an execution saw beside what the wire knows, as the page shows it. */
import { clipped } from '../../base/text.js';
import type { RaceRecord } from '../../record/format.js';
import { CLIENTS, endsText, historyRows, rowText, timeText, WIRE } from '../history/history-rows.js';

/** Characters of one event: longer values are on the lanes. */
const TEXT_MAX = 400;

/** An event on the page. */
interface HistoryEvent {
  /** Number of the step at which it happened; null where it is none of its own. */
  readonly step: number | null;
  readonly time: string;
  readonly side: 'clients' | 'wire';
  readonly text: string;
  readonly asides: readonly string[];
}

/** A history on the page. @internal */
export interface HistoryView {
  readonly heads: readonly [clients: string, wire: string];
  readonly events: readonly HistoryEvent[];
  /** Events that are not shown. */
  readonly left: number;
  /** How the workers ended. */
  readonly ends: string;
}

/** @returns null for a record without a history @internal */
export function historyView({ history }: Pick<RaceRecord, 'history'>): HistoryView | null {
  if (history === undefined) return null;
  const { rows, left } = historyRows(history);
  return {
    heads: [CLIENTS, WIRE],
    events: rows.map((row) => ({
      step: row.step ?? null,
      time: timeText(row),
      side: row.side,
      text: clipped(rowText(row), TEXT_MAX),
      asides: row.asides.map((aside) => clipped(aside, TEXT_MAX)),
    })),
    left,
    ends: clipped(endsText(history), TEXT_MAX),
  };
}
