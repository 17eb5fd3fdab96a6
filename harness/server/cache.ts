import { randomBytes } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  type Dirent,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServerError, messageOf } from './errors.js';
import { isRunning } from './machine/signals.js';
import { variable } from './machine/variable.js';
import { Reaper } from './reaper/reaper.js';

/** In every folder that the lab makes in the cache. */
const MARKER = '.made-by-race-lab';
/** By these one knows what earlier versions made, which wrote no marker. */
const MADE_BEFORE = [
  { name: /^clock-shim-\w+-[\da-f]{12}$/, holds: 'clock-shim.so' },
  { name: /^package-/, holds: 'manifest.json' },
];
/** A folder that a process fills, and whose. */
const SCRATCH = /^\.tmp-(\d+)-[\da-f]{12}$/;

/**
 * The folder for what is worth keeping between runs (unpacked packages, the compiled clock library):
 * `$RACE_LAB_CACHE`, else `$XDG_CACHE_HOME/redis-race-lab`, else `~/.cache/redis-race-lab`.
 * An account whose home cannot be written gets a private folder below the temporary directory.
 *
 * @returns its path; the folder exists and can be written
 * @throws ServerError (`bad-request`) when the folder that was asked for cannot be used
 * @internal
 */
export function cacheFolder(): string {
  const wanted = variable('RACE_LAB_CACHE');
  if (wanted !== undefined) {
    try {
      return writable(wanted);
    } catch (error) {
      throw new ServerError('bad-request', `RACE_LAB_CACHE=${wanted} cannot be written: ${messageOf(error)}`);
    }
  }
  const folder = variable('XDG_CACHE_HOME');
  try {
    return writable(join(folder ?? join(homedir(), '.cache'), 'redis-race-lab'));
  } catch {
    return privateFolder();
  }
}

function privateFolder(): string {
  const user = process.getuid?.() ?? 0;
  const folder = writable(join(tmpdir(), `redis-race-lab-${user}`));
  // A binary will be run from here, so nobody else may have prepared this folder.
  if (statSync(folder).uid !== user)
    throw new ServerError('bad-request', `${folder} belongs to someone else; set RACE_LAB_CACHE`);
  chmodSync(folder, 0o700);
  return folder;
}

/**
 * Makes `name` in the cache once. `fill` works in a private folder that is then renamed into place, so a reader never
 * sees half of it; when two processes do it at once the first rename wins and the other result is thrown away.
 *
 * @param fill - gets the path of the private folder; what it throws is passed on, and nothing is kept
 * @returns the path in the cache
 * @internal
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
    writeFileSync(join(scratch, MARKER), 'Made by race-lab, which removes it with: race-lab clean\n');
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

/**
 * What lies in the cache folder, by name: what the lab made, and what somebody else put there. The folder may be one that
 * somebody chose by mistake.
 *
 * @internal
 */
export function cacheContents(folder: string): { readonly ours: string[]; readonly foreign: string[] } {
  const names = readdirSync(folder, { withFileTypes: true });
  const isOurs = (entry: Dirent): boolean => {
    // Never what a link leads to.
    if (!entry.isDirectory()) return false;
    const owner = SCRATCH.exec(entry.name)?.[1];
    if (owner !== undefined) return !isRunning(Number(owner));
    const holds = (name: string): boolean => existsSync(join(folder, entry.name, name));
    return holds(MARKER) || MADE_BEFORE.some((made) => made.name.test(entry.name) && holds(made.holds));
  };
  return {
    ours: names.filter(isOurs).map(({ name }) => name),
    foreign: names.filter((entry) => !isOurs(entry) && !SCRATCH.test(entry.name)).map(({ name }) => name),
  };
}

/**
 * Takes `name` out of the cache; a process that uses it at this moment can go on with the files it has open.
 *
 * @internal
 */
export function uncache(name: string): void {
  rmSync(join(cacheFolder(), name), { recursive: true, force: true });
}

function writable(folder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  accessSync(folder, constants.W_OK | constants.X_OK);
  return folder;
}
