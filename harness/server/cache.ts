import { randomBytes } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServerError, messageOf } from './errors.js';
import { Reaper } from './reaper.js';

/**
 * The folder for what is worth keeping between runs (unpacked packages, the compiled clock shim):
 * `$RACE_LAB_CACHE`, else `$XDG_CACHE_HOME/redis-race-lab`, else `~/.cache/redis-race-lab`.
 * An account whose home cannot be written gets a private folder below the temporary directory.
 */
export function cacheFolder(): string {
  const wanted = process.env['RACE_LAB_CACHE'];
  if (wanted) {
    try {
      return writable(wanted);
    } catch (error) {
      throw new ServerError('bad-request', `RACE_LAB_CACHE=${wanted} cannot be written: ${messageOf(error)}`);
    }
  }
  const xdg = process.env['XDG_CACHE_HOME'];
  try {
    return writable(xdg ? join(xdg, 'redis-race-lab') : join(homedir(), '.cache', 'redis-race-lab'));
  } catch {
    const uid = process.getuid?.() ?? 0;
    const folder = writable(join(tmpdir(), `redis-race-lab-${uid}`));
    // A binary will be run from here, so nobody else may have prepared this folder.
    if (statSync(folder).uid !== uid)
      throw new ServerError('bad-request', `${folder} belongs to someone else; set RACE_LAB_CACHE`);
    chmodSync(folder, 0o700);
    return folder;
  }
}

/**
 * Makes `name` in the cache once. `fill` works in a private folder that is then renamed into place, so a reader never
 * sees half of it; when two processes do it at once the first rename wins and the other result is thrown away.
 */
export async function cached(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const root = cacheFolder();
  const folder = join(root, name);
  if (existsSync(folder)) return folder;
  const scratch = join(root, `.tmp-${process.pid}-${randomBytes(6).toString('hex')}`);
  const lease = Reaper.get().lease();
  lease.add({ dir: scratch });
  mkdirSync(scratch);
  try {
    await fill(scratch);
    try {
      renameSync(scratch, folder);
    } catch (error) {
      if (!existsSync(folder)) throw error;
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
    lease.release();
  }
  return folder;
}

/** Takes `name` out of the cache; who uses it at this moment can go on with what is open. */
export function uncache(name: string): void {
  rmSync(join(cacheFolder(), name), { recursive: true, force: true });
}

function writable(folder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  accessSync(folder, constants.W_OK | constants.X_OK);
  return folder;
}
