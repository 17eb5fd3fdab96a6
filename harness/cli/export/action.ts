import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { count, harmless } from '../../base/text.js';
import { fileProblem } from '../../record/error.js';
import { readRecord } from '../../record/read.js';
import { recordText } from '../../record/text.js';
import type { CliContext } from '../context/context.js';
import { EXIT, UsageError } from '../context/errors.js';
import { describeExport, HOW_NAME } from './describe.js';
import { RECORD_NAME } from './opened.js';
import { exportedSources } from './sources.js';
import { openProject } from '../selection/project.js';

/** What stands beside the sources, in lower case: some file systems know no other. */
const OWN_NAMES = [RECORD_NAME, HOW_NAME.toLowerCase()];

/** Options of `race-lab export`. @internal */
export interface ExportFlags {
  readonly out?: string;
}

/**
 * Writes a record, with the sources that it names, into a folder of their own.
 *
 * @returns the exit code
 * @throws UsageError where a source is not what it was, or the folder holds something; RecordError for no record
 * @internal
 */
export async function exportRecord(context: CliContext, file: string, { out }: ExportFlags): Promise<number> {
  const record = await readRecord(file);
  const sources = await exportedSources(record, file, await openProject(context));
  const taken = [...sources.keys()].find((path) => OWN_NAMES.includes(path.toLowerCase()));
  if (taken !== undefined)
    throw new UsageError(
      `a source is called ${taken}, as a file of the folder itself is: it is not exported`,
    );
  const folder = resolve(context.cwd, out ?? basename(file).replace(/\.json$/, ''));
  const files = new Map([
    [RECORD_NAME, recordText(record)],
    ...sources,
    ...(await describeExport(record, context.cwd, sources)),
  ]);
  await writeFolder(folder, files);
  const name = harmless(out ?? basename(folder));
  context.out.write(
    `${name}: ${count(files.size, 'file')}, ${count(sources.size, 'source')} among them\n` +
      `replay it: ${context.invocation} replay ${name}\n`,
  );
  return EXIT.asExpected;
}

async function writeFolder(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    if ((await readdir(folder)).length > 0)
      throw new UsageError(`${folder} holds something already: name a new folder by --out`);
    for (const [path, text] of files) {
      const place = join(folder, path);
      await mkdir(dirname(place), { recursive: true });
      // Never through something that appeared meanwhile.
      await writeFile(place, text, { flag: 'wx' });
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`cannot write ${folder}: ${fileProblem(error)}`, { cause: error });
  }
}
