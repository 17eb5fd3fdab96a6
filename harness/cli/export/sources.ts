import { readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RaceRecord } from '../../record/format.js';
import { UsageError } from '../context/errors.js';
import { hashOf, IMPORTS_MAX } from '../selection/own-lab.js';
import type { Project } from '../selection/project.js';
import { isInside, shownPath } from '../selection/race-files.js';
import { recordedFile } from '../selection/recorded-file.js';

/** Bytes of one source, and of all. */
const SOURCE_MAX = 1_000_000;
const ALL_MAX = 10_000_000;

/**
 * The sources that a record names, by their paths within the project: exactly as they were when it was made.
 *
 * @returns nothing for a record of a lab, which everybody has
 * @throws UsageError where one has changed, lies outside of the project, or is too large
 * @internal
 */
export async function exportedSources(
  record: RaceRecord,
  recordPath: string,
  project: Project,
): Promise<Map<string, string>> {
  const { file } = record;
  const sources = new Map<string, string>();
  if (file === undefined) return sources;
  const found = recordedFile(record, recordPath, project);
  if (found === undefined)
    throw new UsageError(`${recordPath}: ${file.path}, which it is of, is no race file below this folder`);
  if (Object.keys(file.imports ?? {}).length >= IMPORTS_MAX)
    throw new UsageError(
      `${recordPath} names ${IMPORTS_MAX} imports, and no record names more: there may be others, and without them it would not run`,
    );
  const home = found.path.slice(0, -file.path.length);
  let all = 0;
  for (const [path, sha256] of Object.entries({ [file.path]: file.sha256, ...file.imports })) {
    const text = await sourceIn(home, path, project);
    if (hashOf(text) !== sha256)
      throw new UsageError(
        `${path} has changed since ${recordPath} was recorded: find it again (run), then export that`,
      );
    all += text.length;
    if (all > ALL_MAX)
      throw new UsageError(
        `the sources of ${recordPath} are more than ${ALL_MAX / 1e6} MB: that is no scenario to hand on`,
      );
    sources.set(path, text);
  }
  return sources;
}

/** @param path - as the record has it: anybody may have written that */
async function sourceIn(home: string, path: string, { cwd, pattern }: Project): Promise<string> {
  const outside = new UsageError(
    `the record names ${path}, which is no source below its project: what lies elsewhere is not exported`,
  );
  if (!isInside(path, pattern)) throw outside;
  const place = join(home, path);
  const real = await realpath(place).catch(() => undefined);
  if (real === undefined) throw new UsageError(`${path}, which the record names, is not there any more`);
  // A link may lead anywhere, and what the record's paths begin at may lie above the project.
  if (!isInside(shownPath(await realpath(cwd), real), pattern)) throw outside;
  const found = await stat(real);
  if (!found.isFile()) throw new UsageError(`${path}, which the record names, is no file`);
  const { size } = found;
  if (size > SOURCE_MAX)
    throw new UsageError(`${path} is larger than ${SOURCE_MAX / 1e6} MB, and is not exported`);
  return await readFile(real, 'utf8');
}
