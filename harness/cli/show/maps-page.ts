import { count } from '../../base/text.js';
import { checkWritable, writeWhole } from '../../record/write.js';
import { renderPage } from '../../report/page/page.js';
import type { CliContext } from '../context/context.js';
import { EXIT, UsageError } from '../context/errors.js';
import { readInside } from '../../report/page/read-inside.js';
import { replayCellLine, replayLine } from '../terminal/replay-line.js';
import type { Chosen } from '../actions/cell.js';

/**
 * Writes fault maps as a page: a grid each, and an execution for each cell.
 *
 * @param path - of the file that they are from
 * @param page - where to write it
 * @returns the exit code
 * @throws UsageError for what is no whole file of maps, RecordError where the page cannot be written
 * @internal
 */
export async function writeMapsPage(
  { cwd, invocation, out }: CliContext,
  chosen: Chosen,
  path: string,
  page: string,
): Promise<number> {
  if (chosen.kind !== 'maps')
    throw new UsageError('--page is for a whole file of fault maps: a record is on the page of its run');
  await checkWritable(page);
  const html = renderPage([], {
    measurements: [],
    maps: chosen.maps.map((map) => ({
      map,
      replayLine: (cell) => replayCellLine(invocation, path, cell),
    })),
    readSource: (source) => readInside(cwd, source),
    replayLine: (record) => replayLine(invocation, path, record),
  });
  await writeWhole(page, html);
  out.write(`${count(chosen.maps.length, 'fault map')}: ${page}\n`);
  return EXIT.asExpected;
}
