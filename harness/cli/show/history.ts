import { plainJson } from '../../base/text.js';
import type { RaceRecord } from '../../record/format.js';
import type { RecordedHistory } from '../../record/history/format.js';
import { historyLines } from '../../record/history/lines.js';
import { renderHistory } from '../../report/history/history.js';
import type { Chosen } from '../actions/cell.js';
import type { CliContext } from '../context/context.js';
import { EXIT, UsageError } from '../context/errors.js';

/** The history of what a file holds. @throws UsageError where it has none @internal */
export function historyOf(
  file: string,
  chosen: Chosen,
): { readonly record: RaceRecord; readonly history: RecordedHistory } {
  if (chosen.kind !== 'record' || chosen.cell !== undefined)
    throw new UsageError(`${file} holds fault maps, which keep no history: show a cell to see its steps`);
  const { record } = chosen;
  const { history } = record;
  if (history === undefined)
    throw new UsageError(
      `${file} was recorded before records kept a history: find it again (run) to have one`,
    );
  return { record, history };
}

/** Prints it, as JSON lines or in two columns. @returns the exit code @throws UsageError where there is none @internal */
export function showHistory({ out }: CliContext, file: string, chosen: Chosen, asText: boolean): number {
  const { record, history } = historyOf(file, chosen);
  const { columns, colour } = out;
  const text = asText
    ? renderHistory(record, history, { columns, colour })
    : historyLines(record, history).map(plainJson).join('\n');
  out.write(`${text}\n`);
  return EXIT.asExpected;
}
