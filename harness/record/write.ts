import {
  access,
  constants,
  lstat,
  mkdir,
  open,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileProblem, RecordError } from './error.js';
import type { RaceRecord } from './format.js';
import { beside, sweepBeside } from './leftovers.js';
import { recordText } from './text.js';

/**
 * Writes a record to a file, creating its folder. A reader of the file sees the old content or the new, never half of
 * it, also when this process is killed or the disk is full.
 *
 * @throws RecordError in one line; the old file is then as it was
 * @example
 * ```ts
 * import { rm } from 'node:fs/promises';
 * import { explore, noStuckKey, readRecord, scenario, writeRecord } from 'redis-race-lab';
 *
 * const stuck = scenario({
 *   name: 'stuck',
 *   workers: ({ redis }) => redis.set('lock', 'me', 'NX'),
 *   invariants: [noStuckKey('lock')],
 * });
 * const { record } = await explore(stuck);
 * await writeRecord('stuck.json', record!);
 * console.log((await readRecord('stuck.json')).verdict.invariant); // no stuck key
 * await rm('stuck.json');
 * ```
 * @public
 */
export async function writeRecord(path: string, record: RaceRecord): Promise<void> {
  await writeWhole(path, recordText(record));
}

/**
 * Writes a text file as a whole or not at all. A link stays one, and what is no file (`/dev/stdout`, a named pipe) is
 * written to and never replaced.
 *
 * @throws RecordError
 * @internal
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  try {
    const { target, replaceable } = await targetOf(path);
    await (replaceable ? replace(target, text) : writeFile(target, text));
  } catch (error) {
    throw new RecordError(`cannot write ${path}: ${fileProblem(error)}`, { cause: error });
  }
}

/**
 * Finds out before anything takes time whether a file could be written, and creates its folder.
 *
 * @throws RecordError
 * @internal
 */
export async function checkWritable(path: string): Promise<void> {
  try {
    const { target, replaceable } = await targetOf(path);
    await access(replaceable ? dirname(target) : target, constants.W_OK);
  } catch (error) {
    throw new RecordError(`cannot write ${path}: ${fileProblem(error)}`, { cause: error });
  }
}

/** The file that a path means, in a folder that is there. */
async function targetOf(path: string): Promise<{ target: string; replaceable: boolean }> {
  await mkdir(dirname(path), { recursive: true });
  const target = await realpath(path).catch(() => path);
  if (target === path && (await lstat(path).catch(() => undefined))?.isSymbolicLink() === true)
    throw Object.assign(new Error('this is a link to a place where nothing is'), { code: 'ELINK' });
  const found = await stat(target).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (found?.isDirectory() === true) throw Object.assign(new Error('this is a folder'), { code: 'EISDIR' });
  return { target, replaceable: found === undefined || found.isFile() };
}

/** By a rename, which readers see as one change. */
async function replace(path: string, text: string): Promise<void> {
  // In the same folder, since a rename is atomic only within one file system.
  const temporary = beside(path, 'tmp');
  sweepBeside(path);
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(text);
      // A full disk may show only now, and the rename must not overtake the content.
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
}
