import { lstat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UsageError } from '../context/errors.js';
import type { Project } from '../selection/project.js';
import { RACE_FILES, USUAL_PATTERN } from '../selection/race-files.js';

/** The record in a folder that was exported. @internal */
export const RECORD_NAME = 'record.json';

/** Bytes of it. */
const RECORD_MAX = 64_000_000;

/** What a word on the command line means. @internal */
export interface Opened {
  /** The file of the record. */
  readonly file: string;
  /** The folder that was exported, which is then the project: nothing outside of it is taken for its scenario. */
  readonly folder: string | undefined;
}

/**
 * A folder that was exported means the record in it. Nothing is loaded or written.
 *
 * @throws UsageError for a folder without a record, or with a link in its place
 * @internal
 */
export async function opened(cwd: string, word: string): Promise<Opened> {
  const found = await lstat(resolve(cwd, word)).catch(() => undefined);
  if (found?.isDirectory() !== true) return { file: word, folder: undefined };
  const folder = resolve(cwd, word);
  const file = join(folder, RECORD_NAME);
  const record = await lstat(file).catch(() => undefined);
  if (record?.isFile() !== true)
    throw new UsageError(`${word} is a folder without a ${RECORD_NAME} of its own: export writes one`);
  if (record.size > RECORD_MAX)
    throw new UsageError(`${file} is larger than ${RECORD_MAX / 1e6} MB: no record is`);
  return { file, folder };
}

/** Is it a folder that a record was exported to? @internal */
export async function isExported(cwd: string, word: string): Promise<boolean> {
  const record = await lstat(resolve(cwd, word, RECORD_NAME)).catch(() => undefined);
  return record?.isFile() === true;
}

/** A folder that was exported, as a project: what it may say of itself would have to be loaded. @internal */
export function exportedProject(folder: string): Project {
  return { cwd: folder, configFile: undefined, config: {}, pattern: USUAL_PATTERN, patterns: RACE_FILES };
}
