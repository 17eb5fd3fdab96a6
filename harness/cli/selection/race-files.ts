/** Which files are race files, and where they are. */
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import picomatch from 'picomatch';
import { grouped } from '../../base/text.js';
import { UsageError } from '../context/errors.js';

/** How race files are called, in words. @internal */
export const RACE_FILES = '**/*.race.{ts,mts,cts,js,mjs,cjs}';
const RACE_FILE = /\.race\.[cm]?[jt]s$/;
const CODE_FILE = /(?<!\.d)\.[cm]?[jt]s$/;
/** Folders that hold nothing that somebody wrote there, besides the hidden ones. */
const LEFT_OUT = ['node_modules', 'dist'];
/** Files and folders that are looked at before giving up: somebody's home folder is no project. */
const ENTRIES_MAX = 100_000;

/** Which files of a project are race files. @internal */
export interface RaceFilePattern {
  /** @param path - relative to the project, with forward slashes */
  readonly matches: (path: string) => boolean;
  /** Names of folders that are not looked into. */
  readonly leftOut: readonly string[];
}

/** What a project has where its config says nothing. @internal */
export const USUAL_PATTERN: RaceFilePattern = {
  matches: (path) => RACE_FILE.test(path),
  leftOut: LEFT_OUT,
};

/**
 * What a config says.
 *
 * @param files - patterns; those that begin with `!` leave files out. A folder that a pattern names is looked into
 * @internal
 */
export function patternOf(files: readonly string[]): RaceFilePattern {
  const plain = files.map((one) => one.replace(/^(!?)\.\//, '$1'));
  const wanted = plain.filter((one) => !one.startsWith('!'));
  const unwanted = plain.filter((one) => one.startsWith('!')).map((one) => one.slice(1));
  const isWanted = picomatch(wanted.length === 0 ? [RACE_FILES] : wanted, { ignore: unwanted });
  const named = new Set(wanted.flatMap((one) => one.split('/')));
  return {
    matches: (path) => isWanted(path) && CODE_FILE.test(path),
    leftOut: LEFT_OUT.filter((one) => one === 'node_modules' || !named.has(one)),
  };
}

/** Whether this can be JavaScript or TypeScript. @internal */
export function isCode(path: string): boolean {
  return CODE_FILE.test(path);
}

/** A path as results, records and prints have it: relative to a folder where that goes, with forward slashes. @internal */
export function shownPath(folder: string, path: string): string {
  return relative(folder, path).split(sep).join('/');
}

/** Whether a project has it to itself: below its folder, and in none that is left out. @param path - as shown @internal */
export function isInside(path: string, { leftOut }: RaceFilePattern): boolean {
  if (/^(?:\.\.(?:\/|$)|\/|[A-Za-z]:)/.test(path)) return false;
  // No path has an empty part, or this character, but one that was made up.
  if (path.includes('\0')) return false;
  return path.split('/').every((part) => part !== '' && !part.startsWith('.') && !leftOut.includes(part));
}

/**
 * Every race file below a folder, in the order of their names. Links to folders are not followed.
 *
 * @param project - what patterns are relative to
 * @returns absolute paths
 * @throws UsageError when there is too much to look at
 * @internal
 */
export async function findRaceFiles(
  folder: string,
  project: string,
  { matches, leftOut }: RaceFilePattern,
): Promise<string[]> {
  const found: string[] = [];
  const folders = [folder];
  let looked = 0;
  for (let at = 0; at < folders.length; at++) {
    // What cannot be read is not there for us.
    const entries = await readdir(folders[at]!, { withFileTypes: true }).catch(() => []);
    looked += entries.length;
    if (looked > ENTRIES_MAX)
      throw new UsageError(
        `looked at ${grouped(ENTRIES_MAX)} files below ${folder} for ${RACE_FILES}, and gave up: say which file or lab, or where they are by "files" in race-lab.config.ts`,
      );
    for (const entry of entries) {
      const path = join(folders[at]!, entry.name);
      const isHidden = entry.name.startsWith('.');
      if (entry.isDirectory() && !isHidden && !leftOut.includes(entry.name)) folders.push(path);
      else if (!entry.isDirectory() && matches(shownPath(project, path))) found.push(path);
    }
  }
  return found.sort((a, b) => (a < b ? -1 : 1));
}
