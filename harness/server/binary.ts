import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { downloadedServer } from './download.js';
import { ServerError, messageOf } from './errors.js';

const run = promisify(execFile);

/** A server binary on this machine that was seen to run. */
export interface RedisBinary {
  readonly path: string;
  /** Folders with the shared libraries that came along; empty for an installed binary. */
  readonly libraryFolders: readonly string[];
  readonly source: 'process' | 'download';
  /** As `--version` says, for example `7.0.15`. */
  readonly version: string;
}

/** The file is there, but it or its libraries do not load. */
class DoesNotRun extends ServerError {}

/** The environment to run the binary in: ours, with the libraries that came along, and without anybody else's preload. */
export function environmentOf(binary: Pick<RedisBinary, 'libraryFolders'>): NodeJS.ProcessEnv {
  const { LD_PRELOAD: _, ...inherited } = process.env;
  if (binary.libraryFolders.length === 0) return inherited;
  const before = inherited['LD_LIBRARY_PATH'];
  const folders = before ? [...binary.libraryFolders, before] : binary.libraryFolders;
  return { ...inherited, LD_LIBRARY_PATH: folders.join(':') };
}

/** `redis-server`, else `valkey-server`, on the `PATH`. */
export function findOnPath(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const name of ['redis-server', 'valkey-server']) {
    for (const folder of folders) {
      const path = join(folder, name);
      if (isExecutable(path)) return path;
    }
  }
  return undefined;
}

/**
 * The server binary to use: the one that was named, else one on the `PATH`, else the distribution's package,
 * downloaded. Rejects with code `no-redis` when there is none.
 */
export async function findBinary(
  named: string | undefined,
  notify: (line: string) => void,
): Promise<RedisBinary> {
  if (named) {
    const path = isAbsolute(named) ? named : resolve(named);
    if (!isExecutable(path))
      throw new ServerError(
        'bad-request',
        `${named} is not an executable file (RACE_LAB_REDIS_BINARY or binary)`,
      );
    return await examined({ path, libraryFolders: [], source: 'process' });
  }
  const path = findOnPath();
  if (path) return await examined({ path, libraryFolders: [], source: 'process' });
  try {
    return await examined({ ...(await downloadedServer(notify)), source: 'download' });
  } catch (error) {
    if (!(error instanceof DoesNotRun)) throw error;
    // Only the libraries that were missing came along. Others have gone since, or this cache is shared by two machines.
    return await examined({ ...(await downloadedServer(notify, true)), source: 'download' });
  }
}

const known = new Map<string, Promise<RedisBinary>>();

/** Asks the binary for its version, once per process: that also proves that it and its libraries load here. */
function examined(binary: Omit<RedisBinary, 'version'>): Promise<RedisBinary> {
  let answer = known.get(binary.path);
  if (!answer) {
    answer = versionOf(binary).then((version) => ({ ...binary, version }));
    known.set(binary.path, answer);
    answer.catch(() => known.delete(binary.path));
  }
  return answer;
}

/** The version a server binary prints, or an error that says why it does not run. */
export async function versionOf(binary: Pick<RedisBinary, 'path' | 'libraryFolders'>): Promise<string> {
  let output: string;
  try {
    output = (await run(binary.path, ['--version'], { env: environmentOf(binary), timeout: 10_000 })).stdout;
  } catch (error) {
    throw new DoesNotRun('no-redis', `${binary.path} does not run: ${messageOf(error)}`, { cause: error });
  }
  const version = /\bv=(\d+\.\d+\.\d+)/.exec(output)?.[1];
  if (!version)
    throw new ServerError(
      'no-redis',
      `${binary.path} is not a Redis server: --version says ${JSON.stringify(output.slice(0, 80))}`,
    );
  return version;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
