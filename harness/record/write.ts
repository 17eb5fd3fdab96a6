import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileProblem, RecordError } from './error.js';
import type { RaceRecord } from './format.js';

/**
 * Writes a record to a file, creating its folder. Whoever reads the file sees the old content or the new, never half
 * of it, also when this process is killed or the disk is full.
 *
 * @throws RecordError in one line; the old file is then as it was
 */
export async function writeRecord(path: string, record: RaceRecord): Promise<void> {
  await writeWhole(path, recordText(record));
}

/** A record as it stands in its file: stable, and readable in a diff. */
export function recordText(record: RaceRecord): string {
  return `${JSON.stringify(record, undefined, 2)}\n`;
}

/** Writes a text file as a whole or not at all. @throws RecordError */
export async function writeWhole(path: string, text: string): Promise<void> {
  // In the same folder, since a rename is atomic only within one file system.
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID().slice(0, 8)}.tmp`);
  try {
    await mkdir(dirname(path), { recursive: true });
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
    throw new RecordError(`cannot write ${path}: ${fileProblem(error)}`, { cause: error });
  }
}
