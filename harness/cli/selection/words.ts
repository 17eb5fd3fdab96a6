/** What words on the command line mean as files of somebody's own. */
import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { listed } from '../../base/text.js';
import { hint } from '../arguments/nearest.js';
import { UsageError } from '../context/errors.js';
import { filesOf, type Project } from './project.js';
import { findRaceFiles, isCode, patternOf, shownPath } from './race-files.js';

/** Files, absolute, and which of their scenarios is meant: undefined for all. @internal */
export interface OwnTarget {
  readonly files: readonly string[];
  readonly scenario: string | undefined;
}

/**
 * A word as `FILE`, `FILE:SCENARIO`, `FILE/SCENARIO`, a folder, or a pattern.
 *
 * @returns undefined for one that looks like none of these
 * @throws UsageError for what is not there
 * @internal
 */
export async function ownTarget(word: string, project: Project): Promise<OwnTarget | undefined> {
  const { cwd } = project;
  if (word === '') return undefined;
  const whole = resolve(cwd, word);
  if (existsSync(whole)) {
    if (!statSync(whole).isDirectory()) return { files: [whole], scenario: undefined };
    return { files: await inFolder(whole, word, project), scenario: undefined };
  }
  // The longest beginning that is a file: names of scenarios are any text, and so are those of files.
  for (let at = word.length - 1; at > 0; at--) {
    if (!':/\\'.includes(word[at]!)) continue;
    const file = resolve(cwd, word.slice(0, at));
    if (existsSync(file) && statSync(file).isFile()) return { files: [file], scenario: word.slice(at + 1) };
  }
  if (/[*?{[]/.test(word)) {
    const files = await findRaceFiles(cwd, cwd, patternOf([word.replaceAll('\\', '/')]));
    if (files.length > 0) return { files, scenario: undefined };
    throw new UsageError(`no file fits ${word}`);
  }
  if (!/[\\/]/.test(word) && !isCode(word.replace(/:.*$/, ''))) return undefined;
  const known = (await filesOf(project)).map((file) => shownPath(cwd, file));
  throw new UsageError(`there is no file ${word}${hint(word, known) || knownFiles(known)}`);
}

function knownFiles(known: readonly string[]): string {
  return known.length === 0
    ? ''
    : `: there ${known.length === 1 ? 'is' : 'are'} ${listed(known.slice(0, 5))}`;
}

async function inFolder(
  folder: string,
  word: string,
  { cwd, pattern, patterns }: Project,
): Promise<string[]> {
  const files = await findRaceFiles(folder, cwd, pattern);
  if (files.length > 0) return files;
  throw new UsageError(
    `there is no race file in ${word} (${patterns}): name the file itself, whatever it is called`,
  );
}
