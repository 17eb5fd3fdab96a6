/** Where the race file of a record is now. A record is anybody's: it never decides by itself what is loaded. */
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
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
  /** It is not what it was when the record was made. */
  readonly changed: boolean;
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
    return { path, name, changed: hashOf(readFileSync(path, 'utf8')) !== file.sha256 };
  }
  return undefined;
}

/** A file that somebody names by hand. @internal */
export function namedFile({ file }: Pick<RecordedRun, 'file'>, given: string, cwd: string): RecordedFile {
  const path = resolve(cwd, given);
  const changed = file !== undefined && isFile(path) && hashOf(readFileSync(path, 'utf8')) !== file.sha256;
  return { path, name: shownPath(cwd, path), changed };
}

/** What is said of one that has changed. @internal */
export function changedLine({ name }: RecordedFile): string {
  return `${name} has changed since this was recorded`;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
