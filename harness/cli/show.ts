import { resolve } from 'node:path';
import { renderFailure } from '../record/failure.js';
import { renderFaultMap } from '../record/fault-map-table.js';
import { renderExample } from '../record/map-cells.js';
import { choose, CELL } from './cell.js';
import type { CliContext } from './context.js';
import { EXIT } from './errors.js';
import { replayCellLine, replayLine } from './replay-line.js';

/** Options of `race-lab show`. */
export interface ShowFlags {
  /** Also the steps that have nothing to do with the failure. */
  readonly all?: boolean;
  /** The cell of a file of fault maps. */
  readonly cell?: string;
}

/** Prints a record, a cell of a fault map, or fault maps, without running anything. @returns the exit code */
export async function show(context: CliContext, file: string, flags: ShowFlags): Promise<number> {
  const { out, invocation } = context;
  const { columns, colour } = out;
  const chosen = await choose(file, flags.cell);
  const path = resolve(file);
  if (chosen.kind === 'maps') {
    for (const map of chosen.maps) out.write(`${renderFaultMap(map, { columns, colour })}\n\n`);
    out.write(`one execution of these: show FILE --cell ${CELL}\n`);
    return EXIT.asExpected;
  }
  const { cell } = chosen;
  const replay = cell === undefined ? replayLine(invocation, path) : replayCellLine(invocation, path, cell);
  const layout = { columns, colour, replay, all: flags.all === true };
  const text =
    chosen.kind === 'record'
      ? renderFailure(chosen.record, layout)
      : renderExample(chosen.map, chosen.at, chosen.run, layout);
  out.write(`${text}\n`);
  return EXIT.asExpected;
}
