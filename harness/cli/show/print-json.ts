import { plainJson } from '../../base/text.js';
import { exampleJson, historyJson, mapsJson, recordJson } from '../../report/json/show-json.js';
import type { ShowJson } from '../../report/json/show-format.js';
import type { Chosen } from '../actions/cell.js';
import type { CliContext } from '../context/context.js';
import { replayCellLine } from '../terminal/replay-line.js';
import { historyOf } from './history.js';

/** What is asked of the JSON. @internal */
export interface JsonFlags {
  readonly history?: boolean;
  /** With the executions of fault maps. */
  readonly details?: boolean;
}

/** Prints what a file holds as JSON. @param file - as it was named @param path - absolute @internal */
export function printJson(
  context: CliContext,
  chosen: Chosen,
  { file, path }: { readonly file: string; readonly path: string },
  flags: JsonFlags,
): void {
  const { out, version, invocation } = context;
  out.write(`${plainJson(JSON.stringify(jsonOf({ version, file }), undefined, 2))}\n`);

  function jsonOf(from: { readonly version: string; readonly file: string }): ShowJson {
    if (flags.history === true) {
      const { record, history } = historyOf(file, chosen);
      return historyJson(from, record, history);
    }
    if (chosen.kind === 'maps') return mapsJson(from, chosen.maps, flags.details === true);
    const { cell } = chosen;
    const replay = replayCellLine(invocation, path, cell);
    if (chosen.kind === 'record') return recordJson(from, chosen.record, replay, cell);
    return exampleJson(from, chosen.run, replay, { cell: chosen.cell, outcome: chosen.at.outcome });
  }
}
