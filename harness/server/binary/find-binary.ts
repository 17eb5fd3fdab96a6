import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { ServerError } from '../errors.js';
import { fits, refuseOther, type WantedServer } from './wanted.js';
import { DoesNotRun, identityOf, type RedisBinary } from './binary.js';
import { downloadedServer } from './download.js';
import { releasePackage } from './release-package.js';

const NAMES = ['redis-server', 'valkey-server'];

/** Every `redis-server`, then every `valkey-server` on the `PATH`. @internal */
export function serversOnPath(): string[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const paths = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...new Set(paths)].filter(isExecutable);
}

/** Which binary is looked for. @internal */
export interface BinarySearch {
  /** Path of a binary, relative to the working directory. */
  readonly named?: string | undefined;
  /** What it must be. */
  readonly wanted?: WantedServer | undefined;
  /** Gets a line for people when a package is downloaded. */
  readonly notify?: (line: string) => void;
}

/**
 * The server binary to use: the one that was named, else one on the `PATH`, else a package that is downloaded. Where a
 * server of some version is wanted, the first of these that is one.
 *
 * @throws ServerError (`bad-request`) when the one that was named is no executable file, or not what is wanted
 * @throws ServerError (`no-redis`) when there is none that runs
 * @internal
 */
export async function findBinary(search: BinarySearch = {}): Promise<RedisBinary> {
  const { named, wanted, notify = () => {} } = search;
  if (named !== undefined) {
    const binary = await examined(installed(executable(named)));
    refuseOther(wanted, binary, binary.path);
    return binary;
  }
  const onPath = serversOnPath();
  if (wanted !== undefined) {
    for (const path of onPath) {
      const binary = await examined(installed(path)).catch(() => undefined);
      if (binary !== undefined && fits(wanted, binary)) return binary;
    }
    return await examined({ ...(await releasePackage(wanted, notify)), source: 'download' });
  }
  const [path] = onPath;
  if (path !== undefined) return await examined(installed(path));
  try {
    return await examined({ ...(await downloadedServer(notify)), source: 'download' });
  } catch (error) {
    if (!(error instanceof DoesNotRun)) throw error;
    // Only the libraries that were missing came along. Others have gone since, or this cache is shared by two machines.
    return await examined({ ...(await downloadedServer(notify, true)), source: 'download' });
  }
}

/** A binary whose version is not known yet. @internal */
export type Candidate = Omit<RedisBinary, 'version' | 'product'>;

/** A binary of this machine as it is. @internal */
export function installed(path: string): Candidate {
  return { path, libraryFolders: [], source: 'process' };
}

function executable(named: string): string {
  const path = isAbsolute(named) ? named : resolve(named);
  if (isExecutable(path)) return path;
  throw new ServerError(
    'bad-request',
    `${named} is not an executable file (RACE_LAB_REDIS_BINARY or binary)`,
  );
}

const known = new Map<string, Promise<RedisBinary>>();

/**
 * Asks the binary for its version, once per process: that also proves that it and its libraries load here.
 *
 * @throws ServerError (`no-redis`) when it does not run, or is no server
 * @internal
 */
export function examined(binary: Candidate): Promise<RedisBinary> {
  let answer = known.get(binary.path);
  if (answer === undefined) {
    answer = identityOf(binary).then((identity) => ({ ...binary, ...identity }));
    known.set(binary.path, answer);
    answer.catch(() => known.delete(binary.path));
  }
  return answer;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
