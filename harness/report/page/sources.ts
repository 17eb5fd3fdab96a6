import { isAbsolute } from 'node:path';

/** Characters of one source on the page. */
const SOURCE_MAX = 60_000;
/** Sources on one page. */
const FILES_MAX = 200;
const CODE = /\.[cm]?[jt]sx?$/;

/** Reads a source of the project. @returns undefined where there is none, or it is not to be shown @internal */
export type ReadSource = (path: string) => string | undefined;

/**
 * The sources that records name. A record may come from anybody: only code below the working directory is read.
 *
 * @param files - paths as records have them
 * @returns texts by path
 * @internal
 */
export function sourcesOf(files: readonly string[], read: ReadSource): Record<string, string> {
  const texts: [string, string][] = [];
  for (const file of new Set(files)) {
    const inside = !isAbsolute(file) && !file.split(/[\\/]/).includes('..') && CODE.test(file);
    if (!inside || texts.length >= FILES_MAX) continue;
    const text = read(file);
    if (text !== undefined && text.length <= SOURCE_MAX) texts.push([file, text]);
  }
  return Object.fromEntries(texts);
}
