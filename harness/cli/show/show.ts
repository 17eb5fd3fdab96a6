import { resolve } from 'node:path';
import { harmless } from '../../base/text.js';
import { renderFailure } from '../../report/print/failure.js';
import { renderExample } from '../../report/print/map-cells.js';
import { choose } from '../actions/cell.js';
import { showHistory } from './history.js';
import { writeMapsPage } from './maps-page.js';
import { printJson } from './print-json.js';
import { showMaps } from './show-maps.js';
import type { CliContext } from '../context/context.js';
import { exportedProject, opened } from '../export/opened.js';
import { EXIT, UsageError } from '../context/errors.js';
import { walkThrough } from './walk-through.js';
import { openProject } from '../selection/project.js';
import { changedLine, recordedFile } from '../selection/recorded-file.js';
import { replayCellLine } from '../terminal/replay-line.js';

/** Options of `race-lab show`. @internal */
export interface ShowFlags {
  /** Also the steps that have nothing to do with the failure. */
  readonly all?: boolean;
  /** Walk through its steps. */
  readonly step?: boolean;
  /** The cell of a file of fault maps. */
  readonly cell?: string;
  /** The map of a file of fault maps. */
  readonly map?: string;
  /** Everything that a file of fault maps says. */
  readonly details?: boolean;
  /** What the clients saw and what the wire knows instead. */
  readonly history?: boolean;
  /** That for people. */
  readonly text?: boolean;
  /** All of it for programs. */
  readonly json?: boolean;
  /** Where to write fault maps as a page. */
  readonly page?: string;
}

/**
 * Prints a record, a cell of a fault map, or fault maps, without running anything. @returns the exit code
 *
 * @internal
 */
export async function show(context: CliContext, word: string, flags: ShowFlags): Promise<number> {
  const { file, folder } = await opened(context.cwd, word);
  const { out, invocation } = context;
  const { columns, colour } = out;
  if (flags.text === true && flags.history !== true)
    throw new UsageError('--text is how --history is shown: it needs that option');
  const chosen = await choose(file, flags.cell, flags.map);
  if (flags.details === true && chosen.kind !== 'maps')
    throw new UsageError('--details is for fault maps: --all shows every step of one execution');
  if (flags.all === true && chosen.kind === 'maps')
    throw new UsageError('--all is for one execution, with --cell: --details shows every cell of fault maps');
  if (flags.json === true) {
    printJson(context, chosen, { file, path: resolve(file) }, flags);
    return EXIT.asExpected;
  }
  if (flags.history === true) return showHistory(context, file, chosen, flags.text === true);
  if (flags.step === true) return await walkThrough(context, file, chosen);
  const path = resolve(file);
  if (flags.page !== undefined) return writeMapsPage(context, chosen, path, flags.page);
  if (chosen.kind === 'maps') {
    showMaps(context, chosen.maps, flags.details === true);
    return EXIT.asExpected;
  }
  const { cell } = chosen;
  const replay = replayCellLine(invocation, path, cell);
  const layout = { columns, colour, replay, all: flags.all === true };
  const text =
    chosen.kind === 'record'
      ? renderFailure(chosen.record, layout)
      : renderExample(chosen.map, chosen.at, chosen.run, layout);
  out.write(`${text}\n`);
  const run = chosen.kind === 'record' ? chosen.record : chosen.run;
  const found = recordedFile(
    run,
    file,
    folder === undefined ? await openProject(context) : exportedProject(folder),
  );
  const changed = found && changedLine(found);
  if (changed !== undefined) out.write(`${harmless(changed)}\n`);
  return EXIT.asExpected;
}
