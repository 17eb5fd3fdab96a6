import { resolve } from 'node:path';
import { harmless } from '../../base/text.js';
import { renderFailure } from '../../report/print/failure.js';
import { renderFaultMap } from '../../report/print/fault-map-table.js';
import { renderExample } from '../../report/print/map-cells.js';
import { choose, CELL } from './cell.js';
import type { CliContext } from '../context/context.js';
import { EXIT } from '../context/errors.js';
import { openProject } from '../selection/project.js';
import { changedLine, recordedFile } from '../selection/recorded-file.js';
import { replayCellLine, replayLine } from '../terminal/replay-line.js';

/** Options of `race-lab show`. @internal */
export interface ShowFlags {
  /** Also the steps that have nothing to do with the failure. */
  readonly all?: boolean;
  /** The cell of a file of fault maps. */
  readonly cell?: string;
}

/**
 * Prints a record, a cell of a fault map, or fault maps, without running anything. @returns the exit code
 *
 * @internal
 */
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
  const run = chosen.kind === 'record' ? chosen.record : chosen.run;
  const found = recordedFile(run, file, await openProject(context));
  const changed = found && changedLine(found);
  if (changed !== undefined) out.write(`${harmless(changed)}\n`);
  return EXIT.asExpected;
}
