/** Which files of a folder of reports the lab wrote: these it may delete, and no others. */
import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PICTURE_MARK, PICTURES_FOLDER } from './measured.js';

/** The file that says that a folder is one of ours. @internal */
export const RESULTS_FILE = 'results.json';
/** The page that shows all of a run. @internal */
export const PAGE_FILE = 'index.html';
/** Searches that stopped before their end; also there when nothing else is. @internal */
export const UNFINISHED_FOLDER = 'unfinished';

/** Files that stand beside the results. */
const BESIDE_RESULTS = new Set([RESULTS_FILE, 'summary.md', 'junit.xml', PAGE_FILE]);
const FOLDERS = ['records', UNFINISHED_FOLDER, PICTURES_FOLDER];
/** So much of a file of ours says that it is one. */
const HEAD_CHARACTERS = 300;

/** Paths inside of a folder. @internal */
export interface Contents {
  /** Files that the lab wrote. */
  readonly ours: readonly string[];
  /** Everything else: files, links, and folders as a whole. */
  readonly foreign: readonly string[];
}

/** Looks at every file; nothing is followed that is a link. @internal */
export function contentsOf(folder: string): Contents {
  const ours: string[] = [];
  const foreign: string[] = [];
  const hasResults = isOurJson(join(folder, RESULTS_FILE), '"redis-race-lab"');
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const { name } = entry;
    if (entry.isFile() && hasResults && BESIDE_RESULTS.has(name)) ours.push(name);
    else if (!entry.isDirectory() || !FOLDERS.includes(name)) foreign.push(name);
    else {
      for (const inner of readdirSync(join(folder, name))) {
        const path = join(name, inner);
        const isOurs =
          name === PICTURES_FOLDER
            ? isOurPicture(join(folder, path))
            : isOurJson(join(folder, path), '"format"');
        (isOurs ? ours : foreign).push(path);
      }
    }
  }
  return { ours, foreign };
}

/** A picture with the mark that every one of ours begins with. */
function isOurPicture(path: string): boolean {
  return headHas(path, '.svg', PICTURE_MARK);
}

function isOurJson(path: string, mark: string): boolean {
  return headHas(path, '.json', mark);
}

function headHas(path: string, extension: string, mark: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found?.isFile() !== true || !path.endsWith(extension)) return false;
  return readFileSync(path, 'utf8').slice(0, HEAD_CHARACTERS).includes(mark);
}

/** Moves what is not ours from one folder to another, where nothing of that name is. @returns what had to stay @internal */
export function moveForeign(from: string, to: string): string[] {
  return contentsOf(from).foreign.filter((path) => {
    const target = join(to, path);
    if (lstatSync(target, { throwIfNoEntry: false }) !== undefined) return true;
    mkdirSync(dirname(target), { recursive: true });
    renameSync(join(from, path), target);
    return false;
  });
}

/** Deletes what the lab wrote, and folders that are empty then. @returns what is left @internal */
export function removeOurs(folder: string): readonly string[] {
  const { ours, foreign } = contentsOf(folder);
  for (const path of ours) rmSync(join(folder, path));
  for (const inner of [...FOLDERS.map((name) => join(folder, name)), folder]) {
    try {
      rmdirSync(inner);
    } catch {
      // Not there, or not empty.
    }
  }
  return foreign;
}
