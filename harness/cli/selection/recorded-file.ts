/** Where the race file of a record is now. A record is anybody's: it never decides by itself what is loaded. */
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { listed } from '../../base/text.js';
import type { RecordedRun } from '../../record/format.js';
import { hashOf } from './own-lab.js';
import type { Project } from './project.js';
import { isCode, isInside, shownPath } from './race-files.js';

/** The race file of a record. @internal */
export interface RecordedFile {
  /** Absolute. */
  readonly path: string;
  /** As it is shown. */
  readonly name: string;
  /** What is not as it was when the record was made: of this file and of what it imports. */
  readonly changed: readonly string[];
}

/**
 * Looks for the race file of a record: from the working directory, and from every folder above the record. It counts only
 * below the working directory, in no folder that is left out, and if it is a race file by the pattern of the project.
 *
 * @param recordPath - where the record is
 * @returns undefined when it is not there, or may not be taken
 * @internal
 */
export function recordedFile(
  { file }: Pick<RecordedRun, 'file'>,
  recordPath: string,
  project: Project,
): RecordedFile | undefined {
  if (file === undefined || !isInside(file.path, project.pattern)) return undefined;
  const { cwd, pattern } = project;
  const home = realpathSync(cwd);
  const folders = [cwd];
  for (let above = dirname(resolve(cwd, recordPath)); ; above = dirname(above)) {
    folders.push(above);
    if (above === dirname(above)) break;
  }
  for (const folder of folders) {
    const path = join(folder, file.path);
    const name = shownPath(cwd, path);
    if (!isFile(path) || !isInside(name, pattern) || !pattern.matches(name)) continue;
    // A link may lead anywhere.
    if (!isInside(shownPath(home, realpathSync(path)), pattern) || !isCode(realpathSync(path))) continue;
    return { path, name, changed: changedOf(file, folder, cwd) };
  }
  return undefined;
}

/** A file that somebody names by hand. What it imports is looked for where it lies, seen from there. @internal */
export function namedFile({ file }: Pick<RecordedRun, 'file'>, given: string, cwd: string): RecordedFile {
  const path = resolve(cwd, given);
  const name = shownPath(cwd, path);
  if (file === undefined || !isFile(path)) return { path, name, changed: [] };
  const suffix = join(sep, file.path);
  const changed = path.endsWith(suffix)
    ? changedOf(file, path.slice(0, -suffix.length) || sep, cwd)
    : changedOf({ path: basename(path), sha256: file.sha256 }, dirname(path), cwd);
  return { path, name, changed };
}

/** What has changed, as it is shown. @param folder - from which the paths of the record are seen */
function changedOf(
  { path, sha256, imports = {} }: NonNullable<RecordedRun['file']>,
  folder: string,
  cwd: string,
): string[] {
  const all = Object.entries({ [path]: sha256, ...imports });
  return all
    .map(([one, hash]) => ({ file: join(folder, one), hash }))
    .filter(({ file, hash }) => !isAs(file, hash))
    .map(({ file }) => shownPath(cwd, file));
}

function isAs(file: string, sha256: string): boolean {
  return isFile(file) && hashOf(readFileSync(file, 'utf8')) === sha256;
}

/** Names of changed files that are said. */
const SHOWN_MAX = 3;

/** What is said of one that has changed. @internal */
export function changedLine({ changed }: RecordedFile): string | undefined {
  if (changed.length === 0) return undefined;
  const shown = changed.slice(0, SHOWN_MAX);
  const more = changed.length - shown.length;
  const names = more === 0 ? listed(shown) : `${shown.join(', ')} and ${more} more`;
  return `${names} ${changed.length === 1 ? 'has' : 'have'} changed since this was recorded`;
}

function isFile(path: string): boolean {
  // What no path may hold is an error otherwise, and not a file that is missing.
  return !path.includes('\0') && statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
