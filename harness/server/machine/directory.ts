import { randomBytes } from 'node:crypto';
import { mkdirSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServerError, messageOf } from '../errors.js';

/** The path of a unix socket holds about 100 bytes; a longer base would leave too little for the rest. */
const BASE_MAX = 60;

/**
 * A path for a private directory. It is not made yet, so that it can be put on the reaper's list first.
 *
 * @throws ServerError (`no-folder`) when the folder for temporary files does not exist
 * @internal
 */
export function temporaryDirectory(): string {
  const base = tmpdir().length > BASE_MAX ? '/tmp' : tmpdir();
  const name = `race-lab-${randomBytes(6).toString('hex')}`;
  try {
    return join(realpathSync(base), name);
  } catch (error) {
    throw noFolder(join(base, name), error);
  }
}

/**
 * Makes the private directory of a server.
 *
 * @param directory - its path, from {@link temporaryDirectory}
 * @param fill - puts into it what the server finds there
 * @throws ServerError (`no-folder`) when the disk is full or cannot be written: then nothing else would help either
 * @internal
 */
export function makeDirectory(directory: string, fill: () => void): void {
  try {
    mkdirSync(directory, { mode: 0o700 });
    fill();
  } catch (error) {
    throw noFolder(directory, error);
  }
}

function noFolder(directory: string, error: unknown): ServerError {
  return new ServerError(
    'no-folder',
    `a folder for the server cannot be made at ${directory}: ${messageOf(error)}. Make room there, or set TMPDIR to another folder`,
    { cause: error },
  );
}
